"""Shadow columns: whose each row is and who agreed to what, kept beside the row.

Policies may not follow foreign keys themselves: a subquery in a policy is run again for each
row and stops the database from using indexes. So triggers follow the subject's paths when a
row, or one that its path leads through, changes.

The shadow of a row: a subject's reference; the empty text = about nobody; NULL = it could
not be resolved, and nobody who sees own or consented rows alone sees it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from upheld.datamap.bound import BoundModel, BoundPath, DataMap, Hop
from upheld.datamap.pathsql import ALIAS, about_nobody, all_subjects, quoted, subject_text
from upheld.guard.secondline.names import SUBJECT, SUBJECTS

ROW = '"_t"'


@dataclass(frozen=True, slots=True)
class Shadow:
    """The shadow columns of one table. `many` = one row can be several people's."""

    model: BoundModel
    many: bool

    @property
    def table(self) -> str:
        return self.model.table

    @property
    def column(self) -> str:
        return SUBJECTS if self.many else SUBJECT

    @property
    def kind(self) -> str:
        """The column's type as PostgreSQL writes it."""
        return "text[]" if self.many else "text"

    def whose(self, alias: str) -> str:
        """The value that the column must have, for the row called `alias`."""
        nobody = "ARRAY['']" if self.many else "''"
        found = all_subjects(self.model) if self.many else subject_text(self.model, "postgresql")
        if self.model.fallback_nobody:
            found = f"COALESCE({found}, CASE WHEN {about_nobody(self.model)} THEN {nobody} END)"
        return found.replace(ALIAS, alias)

    def one(self, value: str) -> str:
        """The subject whose answers count, of a value of the column."""
        return f"({value})[1]" if self.many else value

    @property
    def watched(self) -> tuple[str, ...]:
        """Columns of the table itself that say whose the row is."""
        own = {path.hops[0].left if path.hops else path.column for path in self.model.paths}
        return tuple(sorted(own))


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows of `shadow.table` whose path leads through a row of `table`, at hop `at`."""

    shadow: Shadow
    path: BoundPath
    at: int

    @property
    def hop(self) -> Hop:
        return self.path.hops[self.at]

    @property
    def watched(self) -> tuple[str, ...]:
        """Columns of the table led through that decide where the path goes."""
        after = self.path.hops[self.at + 1 :]
        return self.hop.right, after[0].left if after else self.path.column

    def rows(self, led_through: str) -> str:
        """Condition for the rows reached by way of the row called `led_through`."""
        first = self.path.hops[0]
        value = f"{led_through}.{quoted(self.hop.right)}"
        if self.at == 0:
            return f"{ROW}.{quoted(first.left)} = {value}"
        before, tables = "", ""
        for number, hop in enumerate(self.path.hops[: self.at], start=1):
            alias = f'"_s{number}"'
            joined = f"{quoted(hop.table)} {alias}"
            if number > 1:
                joined = f" JOIN {joined} ON {alias}.{quoted(hop.right)} = {before}"
            tables += joined
            following = self.path.hops[number]
            before = f"{alias}.{quoted(following.left)}"
        inner = f'"_s1".{quoted(first.right)}'
        return (
            f"{ROW}.{quoted(first.left)} IN (SELECT {inner} FROM {tables} WHERE {before} = {value})"  # noqa: S608  (quoted identifiers of the map)
        )


def shadows_of(datamap: DataMap, has: Callable[[str], bool]) -> tuple[Shadow, ...]:
    """The shadows of every table with subjects that is there (`has`), in the map's order."""
    return tuple(
        Shadow(model, any(path.many for path in model.paths))
        for model in datamap.models
        if model.paths and has(model.table)
    )


def reaches_of(shadows: tuple[Shadow, ...]) -> dict[str, list[Reach]]:
    """For each table that a path leads through: the rows that its rows decide about."""
    found: dict[str, list[Reach]] = {}
    for shadow in shadows:
        for path in shadow.model.paths:
            for at, hop in enumerate(path.hops):
                found.setdefault(hop.table, []).append(Reach(shadow, path, at))
    return found


def points_back(datamap: DataMap, reach: Reach) -> bool:
    """True where rows of the table led through point at those before it, so that a new one
    changes whose they are."""
    field: Any = None
    target = datamap.column_named(reach.hop.table, reach.hop.right)
    if target is not None:
        field = target.field
    return reach.hop.many or field is None or bool(field.is_relation)


def path_columns(shadows: tuple[Shadow, ...]) -> Iterator[tuple[str, str]]:
    """(table, column) of everything that following paths looks at."""
    for shadow in shadows:
        for path in shadow.model.paths:
            table = shadow.table
            for hop in path.hops:
                yield table, hop.left
                yield hop.table, hop.right
                table = hop.table
            yield table, path.column


def digest(text: str) -> str:
    """Eight digits that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
