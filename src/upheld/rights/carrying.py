"""Carrying a plan out: rows deleted children first, shells blanked, kept values sealed anew.

Safety argument: see `upheld.rights.erasure`. Everything here happens inside its transaction
and touches only rows that the plan names by primary key.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from upheld import keyring
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.pathsql import quoted
from upheld.disposal.emptying import empty
from upheld.disposal.models import Shell
from upheld.disposal.outside import What, file_at
from upheld.disposal.removal import remove
from upheld.guard.direct import CHUNK, Direct, chunks
from upheld.guard.rowkeys import name_of_row
from upheld.rights.plan import Plans, RowFate
from upheld.rights.shape import shape_of
from upheld.sealing import is_sealed

Rows = dict[Any, RowFate]


def carry_out(
    plans: Plans,
    people: Mapping[str, str],
    direct: Direct,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Blank, keep and delete as planned. `people` are subjects with their receipts' ids."""
    whole = sum(len(rows) for rows in plans.fates.values())
    done = 0
    for model, rows in plans.fates.items():
        _blank(model, rows, people, direct)
    for model, rows in plans.fates.items():
        gone = [pk for pk, fate in rows.items() if fate.delete]
        for part in chunks(gone, CHUNK):
            remove(model, part, direct, gone=True)
            if progress is not None:
                progress(done + len(part), whole)
            done += len(part)
        done += len(rows) - len(gone)
    if progress is not None:
        progress(whole, whole)


def addresses_of(plans: Plans, using: str) -> set[str]:
    """Return the e-mail addresses in the people's own rows, opened."""
    stored: list[tuple[BoundColumn, str]] = []
    for model, rows in plans.fates.items():
        shape = shape_of(model)
        for at, column in enumerate(shape.addresses, start=shape.addresses_at):
            stored += [
                (column, value)
                for fate in rows.values()
                if not fate.shared and (value := fate.extras[at])
            ]
    sealed = [value for column, value in stored if column.lookup is not None]
    sealer = keyring.sealer(using)
    sealer.prefetch(sealed)
    return {
        sealer.open(value, column=column.label)
        if column.lookup is not None and is_sealed(value)
        else value
        for column, value in stored
    }


def files_of(plans: Plans, direct: Direct) -> list[tuple[str, tuple[str, What]]]:
    """Return (whose, task) for every file of rows that go or are blanked.

    A file that somebody else's row names too is left.
    """
    found: list[tuple[str, tuple[str, What]]] = []
    for model, rows in plans.fates.items():
        shape = shape_of(model)
        for at, column in enumerate(shape.files, start=shape.files_at):
            named = {
                str(fate.extras[at]): fate.owners[0]
                for fate in rows.values()
                if fate.extras[at] and not _keeps(fate, column)
            }
            shared = _named_elsewhere(model, column, set(named), rows, direct)
            found += [
                (owner, file_at(column.label, name))
                for name, owner in named.items()
                if name not in shared
            ]
    return found


def _keeps(fate: RowFate, column: BoundColumn) -> bool:
    return fate.shared or any(column in kept.columns for kept in fate.kept)


def _named_elsewhere(
    model: BoundModel, column: BoundColumn, names: set[str], rows: Rows, direct: Direct
) -> set[str]:
    if not names:
        return set()
    pk: Any = model.model._meta.pk
    name = quoted(column.column)
    sql = f"SELECT {name}, {quoted(pk.column)} FROM {quoted(model.table)} WHERE "
    found = direct.rows_among(sql, name, sorted(names))
    return {value for value, key in found if key not in rows or _keeps(rows[key], column)}


def _blank(model: BoundModel, rows: Rows, people: Mapping[str, str], direct: Direct) -> None:
    """Empty what is not kept of rows that stay; seal what is kept under a key of its own."""
    shape = shape_of(model)
    groups: dict[frozenset[BoundColumn], list[Any]] = {}
    for pk, fate in rows.items():
        if fate.shared:
            groups.setdefault(frozenset(model.columns), []).append(pk)
        elif fate.stays:
            kept = frozenset(column for one in fate.kept for column in one.columns)
            groups.setdefault(kept, []).append(pk)
    shells: list[Any] = []
    for kept, keys in groups.items():
        sealed = [column for column in model.columns if column in kept and column.lookup]
        if sealed:
            _seal_anew(model, sealed, keys, rows, people, direct)
        empty(model, keys, [c for c in (*shape.personal, *_files(shape.files, kept))
                            if c not in kept], direct)  # fmt: skip
        shells += [key for key in keys if not rows[key].kept and not rows[key].shared]
    if shells:
        now = timezone.now()
        Shell.objects.using(direct.using).bulk_create(
            [Shell(label=model.label, row=str(key), made_at=now) for key in shells],
            ignore_conflicts=True,
            batch_size=500,
        )


def _files(files: tuple[BoundColumn, ...], kept: frozenset[BoundColumn]) -> Iterator[BoundColumn]:
    """Columns that name a file and were not declared personal: the file goes all the same."""
    return (column for column in files if column.role != "category" and column not in kept)


def _seal_anew(
    model: BoundModel,
    columns: list[BoundColumn],
    keys: list[Any],
    rows: Rows,
    people: Mapping[str, str],
    direct: Direct,
) -> None:
    """Seal kept values under the key `held:<receipt>`: the person's own is destroyed."""
    sealer = keyring.sealer(direct.using)
    pk: Any = model.model._meta.pk
    names = [quoted(column.column) for column in columns]
    sql = f"SELECT {quoted(pk.column)}, {', '.join(names)} FROM {quoted(model.table)} WHERE "
    found = list(direct.rows_among(sql, quoted(pk.column), keys))
    sealer.prefetch([value for _, *values in found for value in values if value])
    keyring.prepare({_keeper(rows[row[0]], people) for row in found}, using=direct.using)
    changes = []
    for key, *values in found:
        row = name_of_row(model.model, pk.to_python(key), direct.connection)
        anew = [
            sealer.seal(
                sealer.open(value, column=column.label) if is_sealed(value) else value,
                column=column.label,
                subject=_keeper(rows[key], people),
                row=row,
                scope=column.blind_scope,
            )
            if value
            else value
            for column, value in zip(columns, values, strict=True)
        ]
        changes.append([*anew, key])
    sets = ", ".join(f"{name} = %s" for name in names)
    direct.run_many(
        f"UPDATE {quoted(model.table)} SET {sets} WHERE {quoted(pk.column)} = %s", changes
    )


def _keeper(fate: RowFate, people: Mapping[str, str]) -> str:
    return f"held:{people[fate.owners[0]]}"
