"""Stored values brought into the form that the map and the policy ask for today.

Clear text that lies in a column sealed later, values sealed under a name that the model or
the field had before (`formerly` in map.yaml), values with or without a blind index after
the policy changed its mind, ciphertext in a column that is no longer sealed.

Safety: what is to be done is read from the values themselves, so a run that was killed is
simply started again. Each slice of rows is one transaction. A value is replaced only where
it still is what was read, so nothing that is written meanwhile is lost. A value that cannot
be opened stays as it is and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from time import sleep
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models import CharField, TextField

from upheld import journal, keyring
from upheld.context import current
from upheld.datamap.active import active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.errors import ForeignColumn, SealingError
from upheld.guard.indexes import prepare_sealed_columns
from upheld.guard.own import ENGINE, as_engine
from upheld.guard.ownership import subjects
from upheld.guard.rowkeys import has_name, name_of_row
from upheld.guard.sealing import note_words
from upheld.guard.tokens import row_name
from upheld.keyring import sealer, words
from upheld.policy.types import UPKEEP
from upheld.sealing import (
    COLUMN_MARK,
    MARK,
    NO_BLIND,
    NO_ROW_MARK,
    ROW_MARK,
    column_mark,
    is_sealed,
    key_id_of,
    row_mark,
)

_TRIES = 100
_WAIT = 0.1

Step = Callable[[str], None]
_AT = COLUMN_MARK.start + 1
_LENGTH = COLUMN_MARK.stop - COLUMN_MARK.start
_BLIND_AT = len(MARK) + 1


@dataclass(slots=True)
class Converted:
    """What was done, or is to do, in one column."""

    label: str
    sealed: int = 0
    """Values that lay in clear."""
    renewed: int = 0
    """Values sealed for a former name, or with another index than today's."""
    opened: int = 0
    """Ciphertext in a column that is kept in clear."""
    left: int = 0
    """Values that cannot be opened: their key was destroyed, or they were tampered with."""

    @property
    def open_work(self) -> int:
        return self.sealed + self.renewed + self.opened


def convert(
    *,
    using: str = DEFAULT_DB_ALIAS,
    slice_size: int = 200,
    dry_run: bool = False,
    step: Step = lambda name: None,
) -> list[Converted]:
    """Convert every stored value that is not in today's form; with `dry_run` only count.

    Returns the columns with anything to tell. Not within a transaction.
    """
    connection = connections[using]
    if not dry_run:
        prepare_sealed_columns(using)  # ciphertext is longer than what it hides
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    found: list[Converted] = []
    for model in active().datamap.models:
        columns = [column for column in model.columns if _holds_text(column)]
        if columns and model.table in tables:
            work = _Work(model, columns, using, slice_size, dry_run, step)
            found += [done for done in work.run() if done.open_work or done.left]
    return found


def _holds_text(column: BoundColumn) -> bool:
    if column.role != "category":
        return False
    text = isinstance(column.field, CharField | TextField)
    return column.lookup is not None or (text and not column.field.primary_key)


@dataclass(slots=True)
class _Work:
    model: BoundModel
    columns: list[BoundColumn]
    using: str
    slice_size: int
    dry_run: bool
    step: Step
    done: dict[str, Converted] = field(default_factory=dict)

    def run(self) -> list[Converted]:
        self.done = {column.label: Converted(column.label) for column in self.columns}
        after: Any = None
        tries = 0
        while True:
            counted = {label: replace(done) for label, done in self.done.items()}
            try:
                with as_engine(), transaction.atomic(self.using, durable=not self.dry_run):
                    rows = self._rows(after)
                    if rows:
                        self._slice(rows)
                        self.step("slice")
            except OperationalError:
                # The database is busy with another writer. The slice was rolled back whole.
                tries += 1
                if tries == _TRIES:
                    raise
                self.done = counted
                sleep(_WAIT)
                continue
            if not rows:
                return list(self.done.values())
            after = rows[-1][0]

    def _rows(self, after: Any) -> list[tuple[Any, ...]]:
        """The next rows with anything to do: the key, then the columns."""
        connection: Any = connections[self.using]
        quote = connection.ops.quote_name
        pk = self.model.model._meta.pk
        if pk is None or pk.column is None:
            return []  # a key of several columns: such tables hold no sealed values
        key = quote(pk.column)
        names = [quote(column.column) for column in self.columns]
        conditions = [self._condition(c, n) for c, n in zip(self.columns, names, strict=True)]
        sql = f"SELECT {key}, {', '.join(names)} FROM {quote(self.model.table)} WHERE"  # noqa: S608  (names of the bound map)
        sql += f" ({' OR '.join(conditions)})"
        params: list[Any] = []
        if after is not None:
            sql += f" AND {key} > %s"
            params.append(after)
        sql += f" ORDER BY {key} LIMIT {self.slice_size}"
        if connection.vendor == "postgresql" and not self.dry_run:
            sql += " FOR UPDATE"
        with connection.gate.trusting(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def _condition(self, column: BoundColumn, name: str) -> str:
        """True for values that may be in another form; the same on both databases."""
        token = f"substr({name}, 1, {len(MARK)}) = '{MARK}'"
        if column.lookup is None:
            return f"({token} AND substr({name}, {_AT}, 1) = ':')"
        if self.model.formerly:  # the table may have had another name: look at each row
            return f"({name} <> '')"
        blind = f"substr({name}, {_BLIND_AT}, {len(NO_BLIND)})"
        compare = "=" if column.blind_scope is not None else "<>"
        return (
            f"({name} <> '' AND (NOT ({token}) OR substr({name}, {_AT}, {_LENGTH}) <>"
            f" '{column_mark(column.label)}' OR {blind} {compare} '{NO_BLIND}'))"
        )

    def _slice(self, rows: list[tuple[Any, ...]]) -> None:
        owners = subjects(self.model, [row[0] for row in rows], self.using)
        tokens = [t for row in rows for t in row[1:] if t and is_sealed(t)]
        keys = {key for token in tokens if (key := key_id_of(token)) is not None}
        held = keyring.owners(keys, using=self.using) if keys else {}
        changed = dict.fromkeys(self.columns, 0)
        unowned: dict[Any, str] = {}
        for row in rows:
            for column, stored in zip(self.columns, row[1:], strict=True):
                if not stored or self._is_right(column, row[0], stored):
                    continue
                key = key_id_of(stored)
                owner = owners.get(row[0])
                if key is not None:
                    owner = held.get(key) or f"key:{key.hex()}"
                plain = self._plain(column, row[0], stored)
                if plain is None:
                    self.done[column.label].left += 1
                    continue
                self._count(column, stored)
                if self.dry_run:
                    continue
                if owner is None and column.lookup is not None:
                    owner = unowned.get(row[0]) or keyring.unowned(1, using=self.using)[0]
                    unowned[row[0]] = owner
                changed[column] += self._replace(column, row[0], stored, plain, owner)
        if not self.dry_run:
            self._note(changed)

    def _is_right(self, column: BoundColumn, key: Any, stored: str) -> bool:
        if column.lookup is None:
            return not is_sealed(stored)
        if not is_sealed(stored) or stored[COLUMN_MARK] != column_mark(column.label):
            return False
        if (stored[_BLIND_AT - 1 :][: len(NO_BLIND)] == NO_BLIND) == bool(column.blind_scope):
            return False
        return stored[ROW_MARK] in (NO_ROW_MARK, self._mark(self.model.table, key))

    def _mark(self, table: str, key: Any) -> str:
        if not has_name(self.model.model._meta.pk):
            return NO_ROW_MARK
        return row_mark(f"{table}:{row_name(key, connections[self.using].vendor)}")

    def _plain(self, column: BoundColumn, key: Any, stored: str) -> str | None:
        """The value; None when it cannot be opened, or was made for another row."""
        if not is_sealed(stored):
            return stored
        if stored[ROW_MARK] not in {NO_ROW_MARK, *(self._mark(t, key) for t in self._tables())}:
            return None
        for label in (column.label, *column.formerly):
            try:
                return sealer(self.using).open(stored, column=label)
            except ForeignColumn:
                continue
            except SealingError:
                return None
        return None

    def _tables(self) -> Iterator[str]:
        """The table's name, and the names that Django gave the model's table before."""
        yield self.model.table
        for label in self.model.formerly:
            app, _, name = label.partition(".")
            yield f"{app}_{name.lower()}"

    def _count(self, column: BoundColumn, stored: str) -> None:
        done = self.done[column.label]
        if column.lookup is None:
            done.opened += 1
        elif is_sealed(stored):
            done.renewed += 1
        else:
            done.sealed += 1

    def _replace(
        self, column: BoundColumn, key: Any, stored: str, plain: str, owner: str | None
    ) -> int:
        connection: Any = connections[self.using]
        new = plain
        if column.lookup is not None:
            row = name_of_row(self.model.model, key, connection)
            new = sealer(self.using).seal(
                plain, column=column.label, subject=owner, row=row, scope=column.blind_scope
            )
        quote = connection.ops.quote_name
        pk = self.model.model._meta.pk
        assert pk is not None and pk.column is not None
        name = quote(column.column)
        with connection.gate.trusting(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(self.model.table)} SET {name} = %s"  # noqa: S608  (names of the bound map)
                f" WHERE {quote(pk.column)} = %s AND {name} = %s",
                [new, key, stored],
            )
            written = cursor.rowcount > 0
        if written:
            self._keep_words(column, row_name(key, connection.vendor), plain)
        return int(written)

    def _keep_words(self, column: BoundColumn, row: str, plain: str) -> None:
        for label in column.formerly:
            words.remove(label, [row], using=self.using)
        if column.lookup == "words":
            note_words(column, {row: plain}, self.using, new=False)
        else:
            words.remove(column.label, [row], using=self.using)

    def _note(self, changed: dict[BoundColumn, int]) -> None:
        for column, rows in changed.items():
            if rows:
                event = journal.Event(
                    "write", UPKEEP, ENGINE, "seal", current().request, self.model.label,
                    (column.category,), rows, (), "sealed" if column.lookup else "opened",
                )  # fmt: skip
                journal.write_now(event, using=self.using)
