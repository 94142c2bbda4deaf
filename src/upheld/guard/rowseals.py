"""Rows of sealed values: their keys fetched together, their rows and owners compared.

A ciphertext moved to another row opens, since its own header is intact. So what the row
itself says is compared with what the header names: the row's key, where it is read along;
and the owner of the data key. The values of one row are sealed under keys of one owner,
and where a foreign key names the subject, or the purpose acts for one, it is that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import connections
from django.db.models.expressions import Col

from upheld import keyring
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel
from upheld.errors import ForeignRow
from upheld.guard.compiling import bound_column
from upheld.guard.lookups import sealed_column
from upheld.guard.own import as_engine
from upheld.guard.rowkeys import has_name
from upheld.guard.tokens import row_name
from upheld.sealing import KEY_MARK, NO_ROW_MARK, ROW_MARK, is_sealed, key_id_of, row_mark

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect

_CHUNK = 200
_KNOWN_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Seals:
    """The sealed outputs of one alias: places in the row, and what they must agree with.

    `key` is the place of the row's primary key. `named` is the place of a foreign key to a
    subject of `kind`; `own` = the rows are limited to those of the person acted for. Who
    that is stands nowhere here: seals are kept with the statement's plan.
    """

    table: str
    labels: tuple[str, ...]
    positions: tuple[int, ...]
    key: int | None
    shared: bool
    """Several people may each have written a part of the row."""
    named: int | None
    kind: str
    own: bool
    kinds: frozenset[str]
    """Kinds of people; a key of another kind is no person's."""


def seals_of(compiler: GuardedSelect, expressions: list[Any]) -> list[Seals]:
    """Return the sealed outputs among `expressions`, alias by alias."""
    found: dict[str, list[int]] = {}
    for position, expression in enumerate(expressions):
        if expression.__class__ is Col and sealed_column(expression) is not None:
            if compiler.withheld_by(expression) is not None:
                continue
            found.setdefault(expression.alias, []).append(position)
    if not found:
        return []
    return [
        _seals(compiler, expressions, alias, tuple(positions)) for alias, positions in found.items()
    ]


def _seals(
    compiler: GuardedSelect, expressions: list[Any], alias: str, positions: tuple[int, ...]
) -> Seals:
    columns = [bound_column(expressions[position].target) for position in positions]
    labels = tuple(column.label for column in columns if column is not None)
    table = expressions[positions[0]].target.model._meta.db_table
    places = {
        e.target.column: at
        for at, e in enumerate(expressions)
        if e.__class__ is Col and e.alias == alias
    }
    datamap = active().datamap
    kinds = frozenset(datamap.kinds)
    model: BoundModel | None = datamap.model(table)
    if model is None:
        return Seals(table, labels, positions, None, True, None, "", False, kinds)
    pk = model.model._meta.pk
    key = places.get(pk.column or "") if pk is not None and has_name(pk) else None
    if any(path.many for path in model.paths):
        return Seals(table, labels, positions, key, True, None, "", False, kinds)
    first = model.paths[0] if model.paths else None
    if first is None or first.hops or first.kind is None:
        return Seals(table, labels, positions, key, False, None, "", False, kinds)
    named = places.get(first.column) if first.kind.by == "key" else None
    own = compiler.began and compiler.ruling.rows.get(table) == "own" and not compiler.observing
    direct = not any(path.hops for path in model.paths) and not model.fallback_nobody
    return Seals(table, labels, positions, key, False, named, first.kind.id, own and direct, kinds)


def checked(
    rows: Iterable[Any], seals: list[Seals], using: str, subject: str | None
) -> Iterator[Any]:
    """Yield the rows after comparing the rows and owners that their seals name.

    `subject` is the person acted for. Raises `ForeignRow`.
    """
    vendor = connections[using].vendor
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        marks = {
            token[KEY_MARK]: token
            for row in chunk
            for one in seals
            for position in one.positions
            if (token := row[position])
        }
        _learn(marks, using)
        for row in chunk:
            for one in seals:
                _check_row(row, one, vendor)
                if not one.shared:
                    _check_owner(row, one, subject)
        yield from chunk


_known: dict[str, tuple[bytes | None, str | None]] = {}
"""Key and owner by the part of a token that names its key. A key never changes its owner,
so what is known is never wrong; a key without one is asked for again."""


def _learn(marks: dict[str, str], using: str) -> None:
    """Fetch the keys and the owners that are not known yet, each in one query."""
    if len(_known) > _KNOWN_MOST:
        _known.clear()
    new = {
        mark: key_id_of(token)
        for mark, token in marks.items()
        if _known.get(mark, _NOTHING)[1] is None
    }
    with as_engine():
        if len(marks) > 1:
            ids = {new[mark] if mark in new else _known[mark][0] for mark in marks}
            keyring.prefetch_keys((key for key in ids if key is not None), using=using)
        asked = [key for key in new.values() if key is not None]
        if asked:
            owners = keyring.owners(asked, using=using)
            for mark, key in new.items():
                _known[mark] = (key, owners.get(key) if key is not None else None)


_NOTHING: tuple[bytes | None, str | None] = (None, None)


def _check_row(row: Any, seals: Seals, vendor: str) -> None:
    if seals.key is None:
        return
    mark = ""
    for position in seals.positions:
        token = row[position]
        if not token or token[ROW_MARK] == NO_ROW_MARK:
            continue
        mark = mark or row_mark(f"{seals.table}:{row_name(row[seals.key], vendor)}")
        if token[ROW_MARK] != mark and is_sealed(token):
            _refuse(row, seals, position, "row")


def _check_owner(row: Any, seals: Seals, subject: str | None) -> None:
    expected = subject if seals.own else None
    if seals.named is not None and row[seals.named] is not None:
        expected = f"{seals.kind}:{row[seals.named]}"
    for position in seals.positions:
        token = row[position]
        owner = _known.get(token[KEY_MARK], _NOTHING)[1] if token else None
        if owner is None or owner.partition(":")[0] not in seals.kinds:
            continue  # nobody's yet, or kept by the business beyond the person's key
        if expected is None:
            expected = owner
        elif owner != expected:
            _refuse(row, seals, position, "person")


def _refuse(row: Any, seals: Seals, position: int, other: str) -> NoReturn:
    label = seals.labels[seals.positions.index(position)]
    where = "" if seals.key is None else f" of row `{row[seals.key]}`"
    raise ForeignRow(
        f"sealed value in `{label}`{where} was made for another {other}",
        hint="restore the value from a backup",
        column=label,
        row=f"{seals.table}:{row[seals.key]}" if seals.key is not None else "",
    )
