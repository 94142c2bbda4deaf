"""The map bound to a running project: every column, model and path with its Django field.

Frozen once made. The guard reads it on every query, so look-ups are one attribute or one
dictionary read.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Field, Model

from upheld.datamap.problems import Problem
from upheld.policy.mapfile import MapFile, Role
from upheld.policy.semantics import Relation
from upheld.policy.types import Lookup

if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field


@dataclass(frozen=True, slots=True, eq=False)
class BoundColumn:
    """One declared column. Columns of role `none` are bound too: no binding = undeclared."""

    index: int
    """Position in `DataMap.columns`."""
    label: str
    """`app_label.ModelName.field`."""
    field: AnyField
    table: str
    column: str
    category: str
    """Empty unless `role` is `category`."""
    role: Role
    lookup: Lookup | None = None
    """None = kept in clear; else how the ciphertext can be looked up."""
    blind_scope: str | None = None
    """Scope of the blind index: columns of one wall and category share it. None = no index."""
    copy_of: tuple[str, ...] = ()
    unique: bool = False
    """The application keeps it unique itself."""
    detect: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    """Labels under which its values may still be sealed."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One join: `table.right` = the `left` column of the table before (or of the row)."""

    table: str
    left: str
    right: str
    many: bool
    """Several rows may answer (a reverse or many-to-many relation)."""


@dataclass(frozen=True, slots=True, eq=False)
class BoundKind:
    """A kind of subject. `field` is the root's primary key, or the column it is known by."""

    id: str
    model: type[Model]
    field: AnyField
    by: Literal["key", "value"]
    category: str = ""
    blind_scope: str | None = None
    """Set when the value is sealed: references hold its blind index."""
    wall: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BoundPath:
    """One way from a row to its subject: the hops, then `column` of the last table.

    `kind` is None when the column holds whole references (`member:42`), as in the
    engine's own tables.
    """

    text: str
    kind: BoundKind | None
    hops: tuple[Hop, ...]
    column: str
    nullable: bool

    @property
    def many(self) -> bool:
        """True when one row can lead to several people."""
        return any(hop.many for hop in self.hops)


@dataclass(frozen=True, slots=True, eq=False)
class BoundModel:
    """One declared model. `paths` are tried in order; see `upheld.policy.mapfile.Model`."""

    model: type[Model]
    label: str
    table: str
    paths: tuple[BoundPath, ...] = ()
    nobody: str = ""
    fallback_nobody: bool = False
    columns: tuple[BoundColumn, ...] = ()
    """Columns of this table; a multi-table child does not repeat its parent's."""
    wall: str = ""
    event_dates: Mapping[str, str] = field(default_factory=dict)
    formerly: tuple[str, ...] = ()
    """Labels the model had before."""

    @property
    def relation(self) -> Relation:
        """How its rows relate to people, in the words of the semantics."""
        if self.paths:
            return "subject"
        return "nobody" if self.nobody else "unresolved"

    @property
    def is_personal(self) -> bool:
        """True when a row is about somebody, or has a column that may hold personal data."""
        return self.relation != "nobody" or any(c.role == "category" for c in self.columns)

    def column(self, name: str) -> BoundColumn | None:
        """Return the column of the field called `name`."""
        for column in self.columns:
            if column.field.name == name:
                return column
        return None


class Patterns:
    """Names to purposes or classes by patterns; an exact name wins, then the longest pattern."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        self._rules = dict(rules)
        self._wild = sorted((p for p in rules if "*" in p), key=lambda p: (-len(p), p))
        self._known: dict[str, str | None] = {}

    def __call__(self, name: str) -> str | None:
        """Return the purpose of `name`, or None."""
        try:
            return self._known[name]
        except KeyError:
            found = self._find(name)
            # Names come from the project's own routes, but 404s must not fill the memory.
            if len(self._known) < 4096:
                self._known[name] = found
            return found

    def _find(self, name: str) -> str | None:
        if name in self._rules:
            return self._rules[name]
        for pattern in self._wild:
            if fnmatch.fnmatchcase(name, pattern):
                return self._rules[pattern]
        return None


class DataMap:
    """A whole bound map. `problems` lists what checks must report; see `bind`."""

    def __init__(
        self,
        source: MapFile,
        kinds: Mapping[str, BoundKind],
        models: tuple[BoundModel, ...],
        columns: tuple[BoundColumn, ...],
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self.source = source
        self.kinds = dict(kinds)
        self.models = models
        self.columns = columns
        self.problems = problems
        self.stores = source.stores
        self.purpose_for_route = Patterns(source.routes)
        self.purpose_for_task = Patterns(source.tasks)
        self.purpose_for_command = Patterns(source.commands)
        self.class_of_sender = Patterns(source.mail)
        self._by_table = {model.table: model for model in models}
        # Of two names that differ in case alone the personal one counts, to be sure.
        ordered = sorted(models, key=lambda model: model.is_personal)
        self._by_lower_table = {model.table.lower(): model for model in ordered}
        self._by_label = {model.label: model for model in models}
        self._by_column = {(c.table, c.column): c for c in columns}
        self.by_field: Mapping[int, BoundColumn] = {id(c.field): c for c in columns}
        """Columns by the identity of their field, for the guard's hot path. Fields of the
        project's models only; ask `column` about one that is not in it. The columns hold
        the fields, so an identity is never another field's."""

    def model(self, wanted: type[Model] | str) -> BoundModel | None:
        """Return the model by class (proxies too), table or `app_label.ModelName`."""
        if isinstance(wanted, str):
            return self._by_table.get(wanted) or self._by_label.get(wanted)
        return self._by_table.get(wanted._meta.db_table)

    def model_in_sql(self, table: str) -> BoundModel | None:
        """Return the model of a table as written SQL names it, in any case of letters."""
        return self._by_lower_table.get(table.lower())

    def column(self, field: AnyField) -> BoundColumn | None:
        """Return the column behind a model field, None when it is undeclared.

        Fields that the project's models do not have (historical models of migrations,
        clones) are found by table and column.
        """
        known = self.by_field.get(id(field))
        if known is not None:
            return known
        return self._by_column.get((field.model._meta.db_table, field.column or ""))

    def column_named(self, table: str, column: str) -> BoundColumn | None:
        """Return the column by table and column name."""
        return self._by_column.get((table, column))

    def labelled(self, label: str) -> BoundColumn | None:
        """Return the column by its label, `app_label.ModelName.field`."""
        model, _, name = label.rpartition(".")
        found = self._by_label.get(model)
        return found.column(name) if found else None
