"""SELECT: every column reference passes `compile`, every table alias its row rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.expressions import Col, ColPairs, RawSQL, Ref
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.where import AND, ExtraWhere, WhereNode

from upheld.datamap.bound import BoundColumn
from upheld.datamap.fragments import EVERY
from upheld.guard.combining import Part, check_parts, common_seals, converters_of, parts_of
from upheld.guard.compiling import Guarded, Use, bound_column
from upheld.guard.decisions import ALLOW, MASK, REFUSE
from upheld.guard.fragments import refuse_extra_tables, refuse_raw_fragment
from upheld.guard.lookups import SEALED_LOOKUPS, compile_sealed_lookup, sealed_column
from upheld.guard.outputs import Converter, converter_for, null_of
from upheld.guard.planned import Planned
from upheld.guard.record import record
from upheld.guard.refusal import refuse_column
from upheld.guard.rows import Permitted, permitted
from upheld.guard.rowseals import Seals, checked, seals_of
from upheld.guard.sealeduse import refuse_sealed
from upheld.guard.templates import check_template
from upheld.guard.uniqueness import asks_whether_taken, looks_like_it
from upheld.guard.visiting import whom
from upheld.policy.semantics import Action

SQL = tuple[str, Any]


class GuardedSelect(Planned):
    """Decides columns where Django compiles them."""

    _depth = 0
    """Nesting below the select list: 0 = the expression itself is an output."""
    _outputs: Sequence[Any] = ()
    _lookup_of_sealed = False
    _combining = False
    _qualifying = False
    parts: Sequence[Part] = ()
    """What the parts of a combined query put where, once they are compiled."""
    row_action: Action = "read"
    _taken_question: bool | None = None
    where: Any
    """Set by Django's `pre_sql_setup`, for this compilation alone."""

    # -- columns ---------------------------------------------------------------------------

    def compile(self, node: Any) -> SQL:
        cls = node.__class__
        if not self.began:
            # A piece of DDL (a constraint, an index): it only becomes text, no rows are read.
            return super().compile(node)  # type: ignore[no-any-return]
        if cls is Col or isinstance(node, Col):
            column = self.ruling.by_field.get(id(node.target)) or bound_column(node.target)
            if column is None or not self.ruling.personal[column.index]:
                return node.as_sql(self, self.connection)  # type: ignore[no-any-return]
            return self._column(node, column)
        if cls in SEALED_LOOKUPS:
            column = sealed_column(node.lhs)
            if column is not None:
                return compile_sealed_lookup(self, node, column)
        elif cls is Join:
            return self._join(node)
        elif cls is ColPairs:
            self._parts_of_key(node)
        elif cls is RawSQL or cls is ExtraWhere:
            refuse_raw_fragment(self, node)
        elif isinstance(node, Ref):
            self._reference(node)
        elif hasattr(node, "template"):
            check_template(self, node)
        if self.stage == "filter":
            return super().compile(node)  # type: ignore[no-any-return]  # Django's
        self._depth += 1
        try:
            return super().compile(node)  # type: ignore[no-any-return]  # Django's
        finally:
            self._depth -= 1

    def _parts_of_key(self, node: ColPairs) -> None:
        """Decide the columns of a composite key, which writes them past `compile`."""
        self._depth += 1
        try:
            for col in node.get_cols():
                self.compile(col)
        finally:
            self._depth -= 1

    def _column(self, node: Any, column: BoundColumn) -> SQL:
        ruling = self.ruling
        if self.stage == "filter" or self.use == "value":
            if ruling.match[column.index] != ALLOW:
                refuse_column(self.context, column, "match")
            if column.lookup is not None and not self._lookup_of_sealed:
                refuse_sealed(self.context, column, "it can only be compared with a value")
        else:
            verdict = ruling.read[column.index]
            if verdict != ALLOW:
                replaced = self._withhold(node, column, verdict)
                if replaced is not None:
                    return replaced
            if column.lookup is not None:
                self._sealed_output(node, column)
        self.touched |= 1 << column.index
        return node.as_sql(self, self.connection)  # type: ignore[no-any-return]

    def _withhold(self, node: Any, column: BoundColumn, verdict: int) -> SQL | None:
        """Give NULL and a converter for a column that may not be read as it is.

        Returns None when observe mode lets the column pass. Raises `PurposeError`.
        """
        query = self.query
        if self.stage == "group" and self.ruling.match[column.index] == ALLOW:
            if not (self._withheld and id(node) in self._withheld):
                return None
        elif self.stage == "group" and not query.default_cols:
            refuse_column(self.context, column, "match", note="rows would be grouped by it")
            return None
        only = query.deferred_loading[0] and not query.deferred_loading[1]
        whole = query.default_cols and not only
        output = self._depth == 0 and self.use in ("output", "inner")
        fits = whole or (verdict == MASK and self.use == "output" and not self._merges_rows())
        if verdict == REFUSE or not output or not fits:
            note = "" if verdict == REFUSE else "it was asked for by name"
            refuse_column(self.context, column, "read", note=note)
            return None
        if self.observing:
            # Nobody knows yet whether the loaded value will be looked at.
            reason = "masked" if verdict == MASK else "deferred"
            record(self.context, column.label, "read", reason, enforced=False)
            return None
        if self._withheld is None:
            self._withheld = {}
        self._withheld[id(node)] = converter_for(column, masked=verdict == MASK)
        return null_of(column, self.connection), ()

    def _merges_rows(self) -> bool:
        """True where rows that differ in the withheld value alone would become one."""
        query = self.query
        return bool(query.distinct or query.combinator or self._combining or query.group_by)

    def _sealed_output(self, node: Any, column: BoundColumn) -> None:
        if self._depth or self.use == "read":
            refuse_sealed(self.context, column, "no function, case or subquery can be made of it")
        if self.stage == "select":
            if self._sealed_outputs is None:
                self._sealed_outputs = []
            self._sealed_outputs.append((node.alias, column))

    def _reference(self, node: Any) -> None:
        """A reference to an output by name or position: it never compiles the column."""
        column = sealed_column(node.source) or sealed_column(
            getattr(node.source, "expression", None)
        )
        if column is not None:
            refuse_sealed(self.context, column, "it cannot be ordered, grouped or compared so")

    # -- stages ----------------------------------------------------------------------------

    def get_select(self, with_col_aliases: bool = False) -> Any:
        self._withheld = None
        self._sealed_outputs = None
        self._refuse_withheld_annotations()
        self.stage, self._depth = "select", 0
        try:
            done = super().get_select(with_col_aliases)
        finally:
            self.stage = "filter"
        if self._sealed_outputs and (self.query.distinct or self._union_distinct()):
            self._refuse_merged(done[0], "equal values would count as different")
        return done

    def _union_distinct(self) -> bool:
        query = self.query
        if query.combinator:
            return not (query.combinator == "union" and query.combinator_all)
        return self._combining

    def _refuse_withheld_annotations(self) -> None:
        """`annotate(x=F("email"))` asks by name, though it looks like a default column."""
        for expression in self.query.annotation_select.values():
            if expression.__class__ is Col:
                column = bound_column(expression.target)
                limit = MASK if self.use == "output" else ALLOW
                if column is not None and self.ruling.read[column.index] > limit:
                    refuse_column(self.context, column, "read", note="it was asked for by name")

    def _refuse_merged(self, select: Any, why: str) -> None:
        """Refuse sealed outputs unless their own row's key keeps the rows apart."""
        keys = {
            expression.alias
            for expression, *_ in select
            if expression.__class__ is Col and expression.target.primary_key
        }
        for alias, column in self._sealed_outputs or ():
            if alias not in keys:
                refuse_sealed(self.context, column, why)

    def get_distinct(self) -> Any:
        # An annotation is written by its name there, which no column reference passes.
        for name in self.query.distinct_fields:
            column = sealed_column(self.query.annotation_select.get(name))
            if column is not None:
                refuse_sealed(self.context, column, "equal values would count as different")
        return super().get_distinct()

    def get_group_by(self, select: Any, order_by: Any) -> Any:
        if self.query.group_by is None:
            return super().get_group_by(select, order_by)
        self.stage, self._depth = "group", 0
        try:
            done = super().get_group_by(select, order_by)
        finally:
            self.stage = "filter"
        if self._sealed_outputs or self.touched:
            self._check_groups(select)
        return done

    def _check_groups(self, select: Any) -> None:
        """Groups by ciphertext are wrong unless the row's key is in the group too."""
        expressions = [e for e, *_ in select]
        if self.query.group_by is not True:
            expressions += list(self.query.group_by or ())
        cols = [e for e in expressions if e.__class__ is Col]
        keys = {e.alias for e in cols if e.target.primary_key}
        for col in cols:
            column = sealed_column(col)
            if column is not None and col.alias not in keys:
                refuse_sealed(self.context, column, "equal values would fall into many groups")

    # -- rows ------------------------------------------------------------------------------

    def pre_sql_setup(self, *args: Any, **kwargs: Any) -> Any:
        done = super().pre_sql_setup(*args, **kwargs)
        # The inner query that Django makes for filters on windows carries the rule itself.
        if not self.query.combinator and not self.qualify:
            self._limit_first_tables()
        return done

    def _limit_first_tables(self) -> None:
        query = self.query
        rules = self.ruling.rows
        if query.extra_tables:
            refuse_extra_tables(self)
        if not rules:
            return
        nodes: list[Any] = []
        for alias, table in query.alias_map.items():
            if table.__class__ is Join or not query.alias_refcount[alias]:
                continue
            if isinstance(table, BaseTable) and table.table_name in rules:
                fragment = self.rule_for(table.table_name, alias)
                if fragment is not None:
                    nodes.append(Permitted(*fragment))
                    self._first_rules.append((table.table_name, alias, fragment[0]))
        if nodes:
            self.where = WhereNode([self.where, *nodes] if self.where else nodes, AND)

    def rule_for(self, table: str, alias: str | None) -> tuple[str, tuple[Any, ...]] | None:
        """The row rule of an alias, None for all rows (always so under observe)."""
        if self._is_taken_question(table):
            return EVERY
        fragment = permitted(
            self.ruling, self.context, table, alias or table, self.connection, self.row_action
        )
        return None if self.observing else fragment

    def _is_taken_question(self, table: str) -> bool:
        """Whether the query asks no more than a unique constraint tells; decided once."""
        if self._taken_question is None:
            model = self.ruling.governance.datamap.model(table)
            self._taken_question = (
                self.row_action == "read"
                and self._executing
                and looks_like_it(self.query)
                and self.ruling.rows.get(table) in ("own", "consented")
                and model is not None
                and asks_whether_taken(self, model)
            )
            if self._taken_question:
                self.gate.engine += 1  # the second line would hide the rows again
        return self._taken_question

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        self._taken_question = None
        try:
            return super().execute_sql(*args, **kwargs)
        finally:
            if self._taken_question:
                self.gate.engine -= 1
            self._taken_question = None

    def _join(self, node: Join) -> SQL:
        sql, params = node.as_sql(self, self.connection)
        if node.table_name in self.ruling.rows:
            fragment = self.rule_for(node.table_name, node.table_alias)
            if fragment is not None:
                assert sql.endswith(")")
                self._joined_rules.append((node.table_name, node.table_alias, fragment[0]))
                return f"{sql[:-1]} AND {fragment[0]})", [*params, *fragment[1]]
        return sql, params

    # -- queries within queries ------------------------------------------------------------

    def use_of_inner(self, inner: Guarded) -> Use:
        if self._qualifying and inner.query.alias_prefix == self.query.alias_prefix:
            return self.use
        return super().use_of_inner(inner)

    def get_combinator_sql(self, *args: Any, **kwargs: Any) -> Any:
        self.parts = []
        done = super().get_combinator_sql(*args, **kwargs)
        check_parts(self, distinct=self._union_distinct())
        return done

    def _get_combinator_part_sql(self, compiler: Any) -> Any:
        compiler._preset_use = self.use
        compiler._combining = self._union_distinct()
        done = super()._get_combinator_part_sql(compiler)
        self.parts = [*self.parts, *parts_of(compiler)]
        return done

    def get_qualify_sql(self) -> Any:
        self._qualifying = True
        try:
            return super().get_qualify_sql()
        finally:
            self._qualifying = False

    # -- results ---------------------------------------------------------------------------

    def withheld_by(self, expression: Any) -> list[Converter] | None:
        """The converters of an output that was replaced by NULL, None for any other."""
        return None if self._withheld is None else self._withheld.get(id(expression))

    def get_converters(self, expressions: Any) -> Any:
        self._outputs = list(expressions)
        return self.planned_converters(self._outputs)

    def converters_made(self) -> Any:
        found = super().get_converters(self._outputs)
        if self.parts:
            return converters_of(self, found)
        if self._withheld:
            position = 0
            for expression in self._outputs:
                converters = self._withheld.get(id(expression))
                if converters is not None:
                    found[position] = (converters, expression)
                position += len(expression) if isinstance(expression, ColPairs) else 1
        return found

    def apply_converters(self, rows: Any, converters: Any) -> Any:
        seals = self.planned_seals(self._outputs)
        if seals:
            subject = whom(self.context) if self.began else None
            rows = checked(rows, seals, self.connection.alias, subject)
        return super().apply_converters(rows, converters)

    def seals_made(self) -> list[Seals]:
        if self.parts:
            return common_seals(self)
        if self.began and not self._sealed_outputs:
            return []  # compiling met no sealed output; raw queries are not compiled
        if any(e.__class__ is ColPairs for e in self._outputs):
            return []
        return seals_of(self, list(self._outputs))


class GuardedAggregate(GuardedSelect):
    """`SELECT count(*) FROM (...)`: the inner query's outputs go no further than here."""

    def use_of_inner(self, inner: Guarded) -> Use:
        return "inner"
