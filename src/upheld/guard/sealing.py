"""Sealing what is written: which key, which subject, which tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from upheld import keyring
from upheld.context import Context
from upheld.datamap.bound import BoundColumn
from upheld.guard.own import as_engine
from upheld.guard.sealeduse import refuse_sealed
from upheld.keyring import sealer, words
from upheld.sealing import Sealer

_keeper: ContextVar[str | None] = ContextVar("upheld_keeper", default=None)


@contextmanager
def sealed_for(keeper: str) -> Iterator[None]:
    """Seal what is written in the block under the key of `keeper`, whoever the rows are about.

    For values that outlive their subject's key: what a hold keeps after an erasure.
    """
    token = _keeper.set(keeper)
    try:
        yield
    finally:
        _keeper.reset(token)


def seal(
    context: Context,
    column: BoundColumn,
    value: Any,
    subject: str | None,
    using: str,
    *,
    row: str = "",
) -> Any:
    """Return what the database gets for `value`; None and the empty text stay.

    `subject` may be a reference to an unowned key, `row` is `rowkeys.name_of_row`. Raises
    `SealedUse` for what is no text.
    """
    with as_engine():
        return sealed(sealer(using), context, column, value, subject, row)


def sealed(
    with_: Sealer, context: Context, column: BoundColumn, value: Any, subject: str | None, row: str
) -> Any:
    """`seal` for one of many values, to be called within `as_engine`."""
    if value is None or value == "":
        return value
    if not isinstance(value, str):
        refuse_sealed(context, column, "it can only be set to text", action="write")
    return with_.seal(
        value,
        column=column.label,
        subject=_keeper.get() or subject,
        row=row,
        scope=column.blind_scope,
    )


def note_words(column: BoundColumn, rows: dict[str, Any], using: str, *, new: bool) -> None:
    """Keep the words of written values (row's primary key as text -> value)."""
    if column.lookup != "words" or column.blind_scope is None or not rows:
        return
    with as_engine():
        tokens = {
            row: sealer(using).tokens(column.blind_scope, value or "")
            for row, value in rows.items()
        }
        (words.add if new else words.replace)(column.label, tokens, using=using)


def adopt_reference(reference: str, subject: str, using: str) -> None:
    """Give the unowned key behind `key:<hex>` to `subject`."""
    with as_engine():
        keyring.adopt(bytes.fromhex(reference.partition(":")[2]), subject, using=using)
