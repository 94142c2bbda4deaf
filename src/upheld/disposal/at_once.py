"""A slice as one statement, on PostgreSQL: its rows are chosen and ended by the server, and no
key travels.

Safety argument. The condition chooses the rows in the statement that ends them, and PostgreSQL
asks it again of a row that changed meanwhile; what must go or be unlinked with them is named
by the rows that were ended. Where a row cannot be ended by the database alone (a file, a
listener of the application, rows that hang on rows), there is no such statement, and the
slice goes key by key.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal.due import Condition
from upheld.disposal.emptying import assignments
from upheld.disposal.removal import Pointing, heard, is_about_people, pointing_at
from upheld.guard.direct import Direct
from upheld.keyring.models import WordToken

FILE_TYPES = ("FileField", "ImageField")
_LAST = '(SELECT "k" FROM "due" ORDER BY "k" DESC LIMIT 1)'
_GONE = 'SELECT "k" FROM "ended"'


@dataclass(frozen=True, slots=True)
class Done:
    """What a slice did: rows chosen, rows ended, the last key (None = there was none)."""

    chosen: int
    ended: int
    last: Any


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What a slice does: `verb` is `DELETE FROM t` or `UPDATE t SET ...`, `beside`
    are statements about rows that point at the ended ones."""

    model: BoundModel
    verb: Condition
    beside: tuple[Condition, ...] = ()

    def all(self, due: Condition, direct: Direct) -> int:
        """End every row that is due; returns how many. The caller has bounded the keys."""
        if not self.beside:
            sql = f"{self.verb.sql} WHERE {due.sql}"
            return direct.run(sql, [*self.verb.params, *due.params])
        parts = self._ending(due)
        ((ended,),) = direct.rows(
            f'WITH {_listed(parts)} SELECT COUNT(*) FROM "ended"', _values(parts)
        )
        return int(ended)

    def first(self, due: Condition, size: int, direct: Direct, *, passing: bool) -> Done:
        """End the first `size` rows that are due.

        `passing` leaves out rows that somebody else holds, at the price of locking each row
        before it is ended. Otherwise the statement waits for them, as long as it may.
        """
        key = self._key
        chosen = (
            f'SELECT {key} AS "k" FROM {quoted(self.model.table)} {ROW}'
            f" WHERE {due.sql} ORDER BY {key} LIMIT {size}"
        )
        if passing:
            chosen += f" FOR UPDATE OF {ROW} SKIP LOCKED"
            which = Condition(f'{key} = ANY(ARRAY(SELECT "k" FROM "due"))')
        else:
            # The rows are looked for twice and written once.
            which = Condition(f"{key} <= {_LAST}") & due
        parts = [
            Condition(f'"due" AS MATERIALIZED ({chosen})', due.params),
            *self._ending(which),
        ]
        ((found, last, ended),) = direct.rows(
            f'WITH {_listed(parts)} SELECT (SELECT COUNT(*) FROM "due"), {_LAST},'
            ' (SELECT COUNT(*) FROM "ended")',
            _values(parts),
        )
        return Done(found, ended, last)

    @property
    def _key(self) -> str:
        pk: Any = self.model.model._meta.pk
        return f"{ROW}.{quoted(pk.column)}"

    def _ending(self, which: Condition) -> list[Condition]:
        sql = f"{self.verb.sql} WHERE {which.sql}"
        return [
            Condition(
                f'"ended" AS ({sql} RETURNING {self._key} AS "k")',
                self.verb.params + which.params,
            ),
            *(
                Condition(f'"b{number}" AS ({one.sql})', one.params)
                for number, one in enumerate(self.beside)
            ),
        ]


def _listed(parts: list[Condition]) -> str:
    return ", ".join(part.sql for part in parts)


def _values(parts: list[Condition]) -> list[Any]:
    return [value for part in parts for value in part.params]


def deleting(model: BoundModel, direct: Direct) -> AtOnce | None:
    """Delete the rows with what the schema says of rows that point at them; see `removal`."""
    if direct.vendor != "postgresql" or heard(model.model) or _files(model):
        return None
    beside: list[Condition] = []
    for one in pointing_at(model):
        if one.then == "other":
            return None
        if one.then == "null":
            column = quoted(one.column)
            beside.append(
                Condition(
                    f"UPDATE {quoted(one.table)} SET {column} = NULL WHERE {column} IN ({_GONE})"
                )
            )
        elif one.then == "cascade" and (one.bound is None or not is_about_people(one.bound)):
            if not _ends_there(one):
                return None
            beside.append(
                Condition(
                    f"DELETE FROM {quoted(one.table)} WHERE {quoted(one.column)} IN ({_GONE})"
                )
            )
    beside += _words(model.columns)
    return AtOnce(model, Condition(f"DELETE FROM {quoted(model.table)} {ROW}"), (*beside,))


def emptying(model: BoundModel, columns: Iterable[BoundColumn], direct: Direct) -> AtOnce | None:
    """Empty these columns of the rows; see `upheld.disposal.emptying`."""
    chosen = list(columns)
    if direct.vendor != "postgresql" or not chosen:
        return None
    parts, params = assignments(chosen, direct)
    verb = Condition(f"UPDATE {quoted(model.table)} {ROW} SET {parts}", tuple(params))
    return AtOnce(model, verb, (*_words(chosen),))


def _files(model: BoundModel) -> bool:
    return any(column.field.get_internal_type() in FILE_TYPES for column in model.columns)


def _ends_there(one: Pointing) -> bool:
    """Whether rows that go along take nothing further with them."""
    if one.bound is None or heard(one.child) or _files(one.bound):
        return False
    return not pointing_at(one.bound) and not any(c.lookup == "words" for c in one.bound.columns)


def _words(columns: Iterable[BoundColumn]) -> list[Condition]:
    table = quoted(WordToken._meta.db_table)
    return [
        Condition(
            f'DELETE FROM {table} WHERE "column_label" = %s'
            ' AND "row" IN (SELECT CAST("k" AS text) FROM "ended")',
            (column.label,),
        )
        for column in columns
        if column.lookup == "words"
    ]
