"""UPDATE: permitted columns of permitted rows, values sealed for the row's subject.

Django's `save()` writes every column that was loaded. So a column that the purpose may
read but not write is left out when its value is unchanged, and refused when it is not; a
withheld value is left out, and what is stored stays.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.db.models.lookups import In
from django.db.models.query import QuerySet
from django.db.models.sql.compiler import SQLUpdateCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.expressions import SubjectOf
from upheld.guard.assignments import (
    exact_key,
    is_withheld,
    plain_value,
    seal_each,
    seal_for,
    values_by_key,
)
from upheld.guard.compiling import bound_column
from upheld.guard.decisions import ALLOW, MASK
from upheld.guard.links import adopt_linked, linked_rows
from upheld.guard.ownership import Values, decides_owner, is_open, owner_of
from upheld.guard.refusal import refuse, refuse_column
from upheld.guard.resealing import Held, hold, reseal
from upheld.guard.rowkeys import has_name
from upheld.guard.rows import Permitted
from upheld.guard.sealeduse import refuse_sealed
from upheld.guard.sealing import note_words
from upheld.guard.select import GuardedSelect
from upheld.guard.tokens import row_name
from upheld.guard.visiting import whom
from upheld.guard.writes import GuardedWrite

_COMPARED = 1000
"""Rows whose owner is worked out for one statement."""

Assignment = tuple[Any, Any, Any]
"""(field, model, value) as Django keeps them."""


class GuardedUpdate(GuardedWrite, GuardedSelect, SQLUpdateCompiler):
    """Decides the assignments before Django reads them, the rows after it set them up."""

    row_action = "write"
    _rows_found: list[tuple[Any, str | None]] | None = None
    _words: dict[BoundColumn, dict[Any, Any] | Any] = {}
    _linking: dict[str, Any] = {}
    _model: BoundModel | None = None
    _plain: Values = {}
    """New values by column, unsealed."""
    _becoming: list[Values] | None = None
    _held: Held | None = None
    _only_keys: list[Any] | None = None
    """The rows that sealed values were made for, where one by one."""

    def as_sql(self) -> Any:
        query = self.query
        values, where = query.values, query.where
        self._where_left = where
        try:
            return super().as_sql()
        finally:
            query.values = values
            query.where = self._where_left

    def pre_sql_setup(self, *args: Any, **kwargs: Any) -> Any:
        query = self.query
        table = query.get_meta().db_table
        model = self.ruling.governance.datamap.model(table)
        self._model, self._rows_found, self._words, self._linking = model, None, {}, {}
        self._plain, self._becoming, self._held, self._only_keys = {}, None, None, None
        if model is not None and query.values:
            self.check_rows(model)
            query.values = self._decided(model, list(query.values))
        SQLUpdateCompiler.pre_sql_setup(self)
        self._where_left = query.where
        # A value taken from another column is read, not only matched: it can be seen later.
        self.stage, self._depth = "select", 1
        fragment = self.rule_for(table, table) if table in self.ruling.rows else None
        children: list[Any] = [query.where]
        if fragment is not None:
            children.append(Permitted(*fragment))
        if self._only_keys is not None:
            # Rows that match by now, and did not when their values were sealed, stay as they are.
            pk = query.get_meta().pk
            children.append(In(pk.get_col(table), self._only_keys))
        if len(children) > 1:
            query.where = WhereNode(children, AND)

    def compile(self, node: Any) -> Any:
        if node is self.query.where:
            self.stage = "filter"
        return super().compile(node)

    # -- assignments -----------------------------------------------------------------------

    def _decided(self, model: BoundModel, values: list[Assignment]) -> list[Assignment]:
        self._refuse_new_keys(model, values)
        self._plain = {
            field.column: plain_value(field, value, self.connection)
            for field, _, value in values
            if not is_withheld(value, placeholder_too=False)
        }
        kept: list[Assignment] = []
        unwritable: list[tuple[Assignment, BoundColumn]] = []
        for assignment in values:
            column = bound_column(assignment[0])
            if column is None or column.role != "category":
                kept.append(assignment)
                continue
            masked = self.ruling.read[column.index] == MASK
            if is_withheld(assignment[2], placeholder_too=masked):
                self._plain.pop(column.column, None)
            elif self.ruling.write[column.index] != ALLOW:
                unwritable.append((assignment, column))
            else:
                self.touched |= 1 << column.index
                kept.append(self._sealed(model, assignment, column))
        kept += self._unchanged(model, unwritable)
        self._check_owners(model)
        if values and not kept:
            # Everything stays as it is, but the caller wants to know how many rows match.
            pk = model.model._meta.pk
            kept = [(pk, None, F(pk.attname))] if pk is not None else []
        return kept

    def _refuse_new_keys(self, model: BoundModel, values: list[Assignment]) -> None:
        sealed = next((column for column in model.columns if column.lookup is not None), None)
        if sealed is not None and any(field.primary_key for field, _, _ in values):
            why = "its values name the key of their row, which cannot change"
            refuse_sealed(self.context, sealed, why, action="write")

    def _unchanged(
        self, model: BoundModel, unwritable: list[tuple[Assignment, BoundColumn]]
    ) -> list[Assignment]:
        """Leave out what would not change; refuse, or pass under observe, what would."""
        if not unwritable:
            return []
        readable = [
            (assignment, column)
            for assignment, column in unwritable
            if self.ruling.read[column.index] == ALLOW
            and not hasattr(assignment[2], "resolve_expression")
        ]
        stored = self._stored([assignment[0].attname for assignment, _ in readable])
        kept = []
        for assignment, column in unwritable:
            field, _, value = assignment
            same = stored is not None and (assignment, column) in readable and all(
                row[field.attname] == field.to_python(value) for row in stored
            )  # fmt: skip
            if same:
                continue
            refuse_column(self.context, column, "write")
            kept.append(self._sealed(model, assignment, column))
        return kept

    def _stored(self, names: list[str]) -> list[dict[str, Any]] | None:
        """The present values of the one matched row, None when it is not one."""
        if not names:
            return None
        found = list(self._matching().values(*names)[:2])
        return found if len(found) == 1 else None

    def _matching(self) -> QuerySet[Any]:
        """The rows this statement is about, as the purpose sees them."""
        query = self.query.chain(klass=Query)
        query.clear_ordering(force=True)
        query.annotations = {}
        query.select_related = False
        return QuerySet(model=self.query.model, query=query, using=self.connection.alias)

    # -- sealing ---------------------------------------------------------------------------

    def _sealed(self, model: BoundModel, assignment: Assignment, column: BoundColumn) -> Assignment:
        field, owner_model, value = assignment
        if column.lookup is None or value is None or value == "":
            self._remember_words(model, column, None)
            return assignment
        if hasattr(value, "resolve_expression"):
            by_key = values_by_key(self.context, column, value)
            subjects = self._subjects_of(model, list(by_key))
            self._remember_words(model, column, by_key)
            return field, owner_model, seal_each(
                self.context, column, value, subjects, self.connection
            )  # fmt: skip
        self._remember_words(model, column, value)
        subjects = self._subjects_by_key(model, column)
        return field, owner_model, seal_for(
            self.context, column, value, subjects, self.connection
        )  # fmt: skip

    def _subjects_by_key(self, model: BoundModel, column: BoundColumn) -> dict[Any, str | None]:
        """Whose key seals the value, for each matched row; None alone = rows have no name."""
        if self.ruling.rows.get(model.table) == "own":
            return dict.fromkeys(self._keys_matched(model, column), whom(self.context))
        if decides_owner(model) & set(self._plain):
            owner = self._one_to_be(model, column)
            return dict.fromkeys(self._keys_matched(model, column), owner)
        found = dict(self._rows_matched(model))
        if len(set(found.values())) > 1:
            return {key: found[key] for key in self._many_keys(column, list(found))}
        subject = next(iter(found.values()), None)
        return dict.fromkeys(self._keys_matched(model, column), subject)

    def _keys_matched(self, model: BoundModel, column: BoundColumn) -> list[Any]:
        """The keys that sealed values are made for; None alone = rows have no name."""
        pk = model.model._meta.pk
        if not has_name(pk):
            return [None]
        key = exact_key(self.query.where, model.table)
        if key is not None:
            return [key]
        return self._many_keys(column, [key for key, _ in self._rows_matched(model)]) or [None]

    def _many_keys(self, column: BoundColumn, keys: list[Any]) -> list[Any]:
        """The keys, once it is sure that one statement can name them all, and no others."""
        if len(keys) > _COMPARED:
            why = (
                f"one statement cannot set it in more than {_COMPARED} rows;"
                " set it in smaller parts, or with `bulk_update`"
            )
            refuse_sealed(self.context, column, why, action="write")
        self._only_keys = keys
        return keys

    def _remember_words(self, model: BoundModel, column: BoundColumn, value: Any) -> None:
        """Keep what must be noted after the update; `value` a text, or a dict by key."""
        if column.lookup == "words":
            self._words[column] = value
            if not isinstance(value, dict):
                self._rows_matched(model)  # before the update changes what matches

    def _subjects_of(self, model: BoundModel, pks: list[Any]) -> dict[Any, str | None]:
        if self.ruling.rows.get(model.table) == "own":
            return dict.fromkeys(pks, whom(self.context))
        return dict(
            self._matching()
            .filter(pk__in=pks)
            .annotate(_upheld_subject=SubjectOf(model))
            .values_list("pk", "_upheld_subject")
        )

    def _one_to_be(self, model: BoundModel, column: BoundColumn) -> str | None:
        """The one person whose the matched rows become by this very statement."""
        governance, using = self.ruling.governance, self.connection.alias
        found = {owner_of(governance, model, row, using) for row in self._rows_to_be(model)}
        if len(found) > 1:
            why = (
                "one statement cannot set it in rows that become several people's;"
                " say whose they are first, then set it"
            )
            refuse_sealed(self.context, column, why, action="write")
        return next(iter(found), None)

    def _rows_to_be(self, model: BoundModel) -> list[Values]:
        """The columns that say whose the matched rows will be, as they will be."""
        if self._becoming is None:
            missing = decides_owner(model) - set(self._plain)
            names = {c.column: c.field.attname for c in model.columns if c.column in missing}
            rows: list[Values] = [{}]
            if names:
                found = list(self._matching().values(*names.values())[: _COMPARED + 1])
                if len(found) > _COMPARED:
                    self._refuse_many(model)
                rows = [{column: row[name] for column, name in names.items()} for row in found]
            self._becoming = [{**row, **self._plain} for row in rows]
        return self._becoming

    def _refuse_many(self, model: BoundModel) -> None:
        refuse(
            self.context,
            f"one statement may not change whose more than {_COMPARED} rows of `{model.label}` are",
            hint="change them in smaller parts",
            target=model.label,
            action="write",
            reason="too-many",
        )

    def _rows_matched(self, model: BoundModel) -> list[tuple[Any, str | None]]:
        if self._rows_found is None:
            subject = SubjectOf(model)
            rows = self._matching().annotate(_upheld_subject=subject)
            self._rows_found = list(rows.values_list("pk", "_upheld_subject"))
        return self._rows_found

    # -- whose rows they become ------------------------------------------------------------

    def _check_owners(self, model: BoundModel) -> None:
        plain = self._plain
        links = {link.column for link in linked_rows(self.ruling.governance.datamap, model)}
        links &= set(plain)
        self._linking = {name: plain[name] for name in links}
        deciding = decides_owner(model) & set(plain)
        if any(is_open(plain[name]) for name in deciding):
            for column in model.columns:
                if column.lookup is not None and column.column in plain:
                    why = "it cannot be set together with an expression for whose the row is"
                    refuse_sealed(self.context, column, why, action="write")
        if deciding and any(c.lookup is not None for c in model.columns):
            written = set(plain)
            self._held = hold(model, dict(self._rows_matched(model)), written, self._using)
        if not links and not (deciding and self.limited(model)):
            return
        for row in self._rows_to_be(model) if deciding else [plain]:
            self.check_owner(model, row)

    @property
    def _using(self) -> str:
        return self.connection.alias  # type: ignore[no-any-return]  # Django's wrapper

    def execute_sql(self, result_type: Any) -> Any:
        result = super().execute_sql(result_type)
        model = self._model
        if model is not None:
            if self._words:
                self._note_words(model)
            if self._held is not None:
                reseal(model, self._held, self._using)
            if self._linking:
                adopt_linked(self.ruling.governance, model, [self._linking], self._using)
        return result

    def _note_words(self, model: BoundModel) -> None:
        vendor = self.connection.vendor
        for column, written in self._words.items():
            if isinstance(written, dict):
                rows = {row_name(pk, vendor): value for pk, value in written.items()}
            else:
                rows = {row_name(pk, vendor): written for pk, _ in self._rows_matched(model)}
            note_words(column, rows, self.connection.alias, new=False)
