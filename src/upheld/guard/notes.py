"""Evidence of statements: one note a model, merged per request by the journal."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from upheld import journal
from upheld.datamap.bound import DataMap
from upheld.guard.own import is_engine

if TYPE_CHECKING:
    from upheld.guard.compiling import Guarded


def note_statement(compiler: Guarded, result: Any) -> None:
    """Note what an executed statement touched. `result` is what `execute_sql` returned."""
    context = compiler.context
    if is_engine(context):
        return
    rows = _count(compiler, result)
    subjects = (context.subject,) if context.subject and _is_about_one(compiler) else ()
    for label, categories in _models(compiler.ruling.governance.datamap, compiler.touched):
        journal.note(
            journal.Event(
                compiler.kind,
                context.purpose or "",
                context.actor,
                context.place,
                context.request,
                label,
                categories,
                rows,
                subjects,
                "observed" if compiler.observing else "allow",
            )
        )


def _is_about_one(compiler: Guarded) -> bool:
    """Own rows, or the engine at work for one person: no need to look the rows up."""
    return "own" in compiler.ruling.rows.values() or compiler.context.actor.kind == "system"


def _count(compiler: Guarded, result: Any) -> int:
    if isinstance(result, list):
        if compiler.kind == "write":
            return len(getattr(compiler.query, "objs", ()))
        return sum(map(len, result))
    if isinstance(result, int):
        return result
    return 1 if isinstance(result, tuple) else 0


@lru_cache(maxsize=2048)
def _models(datamap: DataMap, touched: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Model labels with the touched categories; the engine's own tables are left out."""
    found: dict[str, dict[str, None]] = {}
    for column in datamap.columns:
        if touched >> column.index & 1:
            label = column.label.rpartition(".")[0]
            if not label.startswith("upheld."):
                found.setdefault(label, {})[column.category] = None
    return tuple((label, tuple(categories)) for label, categories in found.items())
