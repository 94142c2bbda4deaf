"""What people agreed to: recorded with the words they saw, asked before each use.

Lazy, so that a room may import the package before Django's models are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upheld.consent.asking import Answer, State, allowed, allowing, history, state
    from upheld.consent.browsing import allows, asks, chooser, signal
    from upheld.consent.ledger import Recorded, forget, forget_all, record
    from upheld.consent.merging import merge
    from upheld.consent.offered import choices, in_browser
    from upheld.consent.settling import settle
    from upheld.consent.suppression import suppress, suppressed, suppressed_since
    from upheld.consent.unasked import not_asked
    from upheld.consent.verifying import differences

_HOMES = {
    "Answer": "asking",
    "Recorded": "ledger",
    "State": "asking",
    "allowed": "asking",
    "allowing": "asking",
    "allows": "browsing",
    "asks": "browsing",
    "choices": "offered",
    "chooser": "browsing",
    "differences": "verifying",
    "forget": "ledger",
    "forget_all": "ledger",
    "history": "asking",
    "in_browser": "offered",
    "merge": "merging",
    "not_asked": "unasked",
    "record": "ledger",
    "settle": "settling",
    "signal": "browsing",
    "state": "asking",
    "suppress": "suppression",
    "suppressed": "suppression",
    "suppressed_since": "suppression",
}

__all__ = [
    "Answer",
    "Recorded",
    "State",
    "allowed",
    "allowing",
    "allows",
    "asks",
    "choices",
    "chooser",
    "differences",
    "forget",
    "forget_all",
    "history",
    "in_browser",
    "merge",
    "not_asked",
    "record",
    "settle",
    "signal",
    "state",
    "suppress",
    "suppressed",
    "suppressed_since",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f"upheld.consent.{_HOMES[name]}"), name)
        globals()[name] = found  # asked on each page: looked for once
        return found
    raise AttributeError(f"module `upheld.consent` has no attribute `{name}`")
