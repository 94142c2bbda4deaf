"""The triggers that keep the ledger append-only."""

from __future__ import annotations

from upheld.journal.protection import install


def protect_ledger(*, using: str, **_: object) -> None:
    """After each `migrate`: install the triggers of the ledger."""
    install("upheld.consent", table="upheld_consent", using=using)
