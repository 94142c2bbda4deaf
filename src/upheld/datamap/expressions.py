"""Subject paths as Django expressions, so that querysets can use them.

Both stand on `F("pk")`, which Django turns into a reference that knows the table's alias
and follows it when aliases change.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, TextField

from upheld.datamap.bound import BoundModel
from upheld.datamap.fragments import subject_expression, subject_rows


class _OfRow(Expression):
    """An expression about the row of `model` that the query is at."""

    def __init__(self, model: BoundModel, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.model = model
        self.row: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.row]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.row,) = exprs

    def _alias(self, compiler: Any) -> str:
        return str(compiler.quote_name_unless_alias(self.row.alias))


class SubjectOf(_OfRow):
    """The subject of the row as text, NULL when it has none."""

    def __init__(self, model: BoundModel) -> None:
        super().__init__(model, TextField(null=True))

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        return subject_expression(self.model, self._alias(compiler), connection), ()


class RowsOf(_OfRow):
    """True for rows of `subject`; rows about nobody are no one's."""

    conditional = True

    def __init__(self, model: BoundModel, subject: str) -> None:
        super().__init__(model, BooleanField())
        self.subject = subject

    def as_sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[Any, ...]]:
        return subject_rows(self.model, self._alias(compiler), self.subject, connection)
