"""Refusals of what ciphertext cannot answer: in every mode, since no answer would be right."""

from __future__ import annotations

from typing import NoReturn

from upheld.context import Context
from upheld.datamap.bound import BoundColumn
from upheld.errors import SealedUse
from upheld.guard.record import record
from upheld.policy.semantics import Action

_ANSWERS = {
    "none": "it can only be read back",
    "exact": "it answers `exact`, `iexact`, `in`, `isnull` and the empty text",
    "words": "it answers `exact`, `iexact`, `in`, `isnull`, the empty text and whole words",
}


def refuse_sealed(
    context: Context, column: BoundColumn, why: str, *, action: Action = "match"
) -> NoReturn:
    """Raise `SealedUse` for a use of `column`; `why` is a clause about the column."""
    record(context, column.label, action, "sealed", enforced=True)
    raise SealedUse(
        f"`{column.label}` is sealed: {why}",
        hint=_ANSWERS[column.lookup or "none"],
        purpose=context.purpose,
        target=column.label,
        action=action,
        reason="sealed",
    )
