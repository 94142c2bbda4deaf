"""DELETE: permitted rows of models whose every personal column the purpose may write."""

from __future__ import annotations

from typing import Any

from django.db.models.query import QuerySet
from django.db.models.sql.compiler import SQLDeleteCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

from upheld.datamap.bound import BoundModel
from upheld.guard.decisions import ALLOW
from upheld.guard.own import as_engine
from upheld.guard.refusal import refuse_column
from upheld.guard.rows import Permitted
from upheld.guard.select import GuardedSelect
from upheld.guard.tokens import row_name
from upheld.guard.unlinking import hidden_links, unlink
from upheld.keyring import words


class GuardedDelete(GuardedSelect, SQLDeleteCompiler):
    """Serves the ORM's deletes, the Collector's fast deletes too."""

    kind = "write"
    row_action = "delete"
    _gone: list[Any] = []

    def _as_sql(self, query: Any) -> Any:
        table = query.get_meta().db_table
        model = self.ruling.governance.datamap.model(table)
        self._gone = []
        if model is None:
            return super()._as_sql(query)
        for column in model.columns:
            if column.role == "category":
                if self.ruling.write[column.index] != ALLOW:
                    refuse_column(self.context, column, "delete")
                self.touched |= 1 << column.index
        fragment = self.rule_for(table, table) if table in self.ruling.rows else None
        if fragment is not None:
            query = query.clone()
            children: list[Any] = [query.where, Permitted(*fragment)]
            query.where = WhereNode(children, AND)
        if self._executing:
            self._prepare(model)
        return super()._as_sql(query)

    def _prepare(self, model: BoundModel) -> None:
        """Look at the rows that will go, while they are there."""
        links = hidden_links(self, model)
        keeps_words = any(c.lookup == "words" for c in model.columns)
        if not links and not keeps_words:
            return
        query = self.query.chain(klass=Query)
        query.clear_ordering(force=True)
        rows: QuerySet[Any] = QuerySet(
            model=self.query.model, query=query, using=self.connection.alias
        )
        keys = list(rows.values_list("pk", flat=True))
        if links and keys:
            unlink(self, model, links, keys)
        self._gone = keys if keeps_words else []

    def execute_sql(self, result_type: Any) -> Any:
        result = super().execute_sql(result_type)
        if self._gone:
            model = self.ruling.governance.datamap.model(self.query.get_meta().db_table)
            names = [row_name(pk, self.connection.vendor) for pk in self._gone]
            with as_engine():
                for column in model.columns if model is not None else ():
                    if column.lookup == "words":
                        words.remove(column.label, names, using=self.connection.alias)
        return result
