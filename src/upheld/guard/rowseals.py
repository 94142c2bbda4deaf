"""Rows of sealed values: their keys fetched together, their owners compared.

A ciphertext moved to another row opens, since its own header is intact. So what the row
itself says is compared: the values of one row are sealed under keys of one owner, and
where a foreign key names the subject, or the purpose acts for one, it is that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models.expressions import Col

from upheld import keyring
from upheld.datamap.bound import BoundModel
from upheld.errors import ForeignRow
from upheld.guard.lookups import sealed_column
from upheld.guard.own import as_engine
from upheld.sealing import KEY_MARK, key_id_of

if TYPE_CHECKING:
    from upheld.guard.select import GuardedSelect

_CHUNK = 200
_KNOWN_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Seals:
    """The sealed outputs of one alias: positions in the row, and who the subject must be.

    `named` is the position of a foreign key to a subject of `kind`; `expected` the subject
    that the purpose acts for, when the rows are limited to that person's.
    """

    label: str
    positions: tuple[int, ...]
    named: int | None
    kind: str
    expected: str | None
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
    made = (
        _seals(compiler, expressions, alias, tuple(positions)) for alias, positions in found.items()
    )
    return [one for one in made if one is not None]


def _seals(
    compiler: GuardedSelect, expressions: list[Any], alias: str, positions: tuple[int, ...]
) -> Seals | None:
    from upheld.datamap.active import active

    table = expressions[positions[0]].target.model._meta.db_table
    datamap = active().datamap
    model: BoundModel | None = datamap.model(table)
    kinds = frozenset(datamap.kinds)
    label = expressions[positions[0]].target.model._meta.label
    if model is not None and any(path.many for path in model.paths):
        return None  # a shared row: each person who shares it may have written a part
    first = model.paths[0] if model is not None and model.paths else None
    if model is None or first is None or first.hops or first.kind is None:
        return Seals(label, positions, None, "", None, kinds)
    named = None
    if first.kind.by == "key":
        for position, expression in enumerate(expressions):
            if (
                expression.__class__ is Col
                and expression.alias == alias
                and expression.target.column == first.column
            ):
                named = position
    own = compiler.began and compiler.ruling.rows.get(table) == "own" and not compiler.observing
    direct = not any(path.hops for path in model.paths) and not model.fallback_nobody
    expected = compiler.context.subject if own and direct else None
    return Seals(label, positions, named, first.kind.id, expected, kinds)


def checked(rows: Iterable[Any], seals: list[Seals], using: str) -> Iterator[Any]:
    """Yield the rows after comparing the owners of their keys. Raises `ForeignRow`."""
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
                _check(row, one)
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


def _check(row: Any, seals: Seals) -> None:
    expected = seals.expected
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
            raise ForeignRow(
                f"a sealed value in a row of `{seals.label}` was made for another person",
                hint="restore the value from a backup",
                row=seals.label,
            )
