"""Evidence of statements: one note a model, merged per request by the journal."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models.expressions import Col

from upheld import journal
from upheld.datamap.bound import BoundModel, DataMap
from upheld.guard.own import is_engine
from upheld.guard.subjects import remember_rows

if TYPE_CHECKING:
    from upheld.guard.compiling import Guarded


def note_statement(compiler: Guarded, result: Any) -> None:
    """Note what an executed statement touched. `result` is what `execute_sql` returned."""
    context = compiler.context
    if is_engine(context):
        return
    rows = _count(compiler, result)
    ruling = compiler.ruling
    for model, categories in _models(ruling.governance.datamap, compiler.touched):
        # Own rows, or the engine at work for one person: no need to look the rows up.
        own = (context.actor.kind == "system" and context.subject is not None) or (
            ruling.rows.get(model.table) == "own" and not compiler.observing
        )
        event = journal.Event(
            compiler.kind,
            context.purpose or "",
            context.actor,
            context.place,
            context.request,
            model.label,
            categories,
            rows,
            (context.subject,) if own and context.subject else (),
            _decision(compiler, model),
        )
        journal.note(event)
        if not own and model.paths and isinstance(result, list):
            keys = _keys(compiler, model, result)
            if keys:
                remember_rows(event, model.table, keys, compiler.connection.alias)


def _decision(compiler: Guarded, model: BoundModel) -> str:
    """The outcome in the words of the semantics."""
    if compiler.observing:
        return "observed"
    rule = compiler.ruling.rows.get(model.table)
    return "allow" if rule is None else f"{rule} rows"


def _count(compiler: Guarded, result: Any) -> int:
    if isinstance(result, list):
        if compiler.kind == "write":
            return len(getattr(compiler.query, "objs", ()))
        return sum(map(len, result))
    if isinstance(result, int):
        return result
    return 1 if isinstance(result, tuple) else 0


def _keys(compiler: Guarded, model: BoundModel, result: list[Any]) -> list[Any]:
    """Primary keys of the rows of `model` in a result, empty when they were not selected."""
    query = compiler.query
    if compiler.kind == "write" or query.combinator or query.explain_info:
        return []
    for position, (expression, *_) in enumerate(compiler.select or ()):
        if (
            expression.__class__ is Col
            and expression.target.primary_key
            and expression.target.model._meta.db_table == model.table
        ):
            found = {row[position] for chunk in result for row in chunk}
            found.discard(None)
            return list(found)
    return []


@lru_cache(maxsize=2048)
def _models(datamap: DataMap, touched: int) -> tuple[tuple[BoundModel, tuple[str, ...]], ...]:
    """Models with the touched categories; the engine's own tables are left out."""
    found: dict[str, dict[str, None]] = {}
    for column in datamap.columns:
        if touched >> column.index & 1:
            found.setdefault(column.table, {})[column.category] = None
    models = [(datamap.model(table), tuple(categories)) for table, categories in found.items()]
    return tuple(
        (model, categories)
        for model, categories in models
        if model is not None and model.model._meta.app_label != "upheld"
    )
