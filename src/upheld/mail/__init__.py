"""Mail: every message has a class, and the class decides whether it may go.

Lazy, so that a room may import the package before Django's models are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upheld.mail.carrying import Way, carried_by, transport
    from upheld.mail.classing import classed
    from upheld.mail.facts import Facts, facts_of
    from upheld.mail.prepared import Prepared
    from upheld.mail.sending import Sent, note, prepare, refused, send, settle
    from upheld.mail.told import forget, forget_old, sent_to

_HOMES = {
    "Facts": "facts",
    "Prepared": "prepared",
    "Sent": "sending",
    "Way": "carrying",
    "carried_by": "carrying",
    "classed": "classing",
    "facts_of": "facts",
    "forget": "told",
    "forget_old": "told",
    "note": "sending",
    "prepare": "sending",
    "refused": "sending",
    "send": "sending",
    "sent_to": "told",
    "settle": "sending",
    "transport": "carrying",
}

__all__ = [
    "Facts",
    "Prepared",
    "Sent",
    "Way",
    "carried_by",
    "classed",
    "facts_of",
    "forget",
    "forget_old",
    "note",
    "prepare",
    "refused",
    "send",
    "sent_to",
    "settle",
    "transport",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"upheld.mail.{_HOMES[name]}"), name)
    raise AttributeError(f"module `upheld.mail` has no attribute `{name}`")
