"""Rows that the purpose does not see, and that point to a row it deletes.

Django collects what hangs on a row by asking the database, which hides other people's rows
from the purpose. What the model says of such a link is carried out for them all the same:
a link that may be null is set to null as upkeep, in the same transaction, and noted. What
would take somebody else's row along, or a row that is somebody else's too, is refused.

Safety: only the link changes, never another column, and only in rows that point to a row
which this very statement deletes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import SET_NULL
from django.db.models.fields.reverse_related import ForeignObjectRel

from upheld import journal
from upheld.datamap.bound import BoundModel
from upheld.guard.own import ENGINE
from upheld.guard.refusal import refuse
from upheld.policy.types import UPKEEP

if TYPE_CHECKING:
    from upheld.guard.delete import GuardedDelete

_CHUNK = 500


def hidden_links(compiler: GuardedDelete, model: BoundModel) -> list[tuple[Any, BoundModel]]:
    """Foreign keys to `model` in tables of which the purpose sees only some rows."""
    rules, datamap = compiler.ruling.rows, compiler.ruling.governance.datamap
    found = []
    for field in _foreign_keys(model):
        table = field.model._meta.db_table
        owner = datamap.model(table)
        if owner is not None and rules.get(table, "refuse") != "refuse":
            found.append((field, owner))
    return found


def unlink(
    compiler: GuardedDelete, model: BoundModel, links: list[tuple[Any, BoundModel]], keys: list[Any]
) -> None:
    """Cut the hidden links to the rows with `keys`. Raises `PurposeError` where that is not
    all that deleting them would do."""
    for field, owner in links:
        for at in range(0, len(keys), _CHUNK):
            _cut(compiler, model, field, owner, keys[at : at + _CHUNK])


def _foreign_keys(model: BoundModel) -> Iterator[Any]:
    for related in model.model._meta.get_fields(include_hidden=True):
        if not isinstance(related, ForeignObjectRel):
            continue
        field: Any = related.field
        enforced = field.concrete and getattr(field, "db_constraint", False)
        if enforced and field.target_field is model.model._meta.pk:
            yield field


def _cut(
    compiler: GuardedDelete, model: BoundModel, field: Any, owner: BoundModel, keys: list[Any]
) -> None:
    connection = compiler.connection
    quote = connection.ops.quote_name
    table, column = quote(owner.table), quote(field.column)
    visible = compiler.rule_for(owner.table, owner.table)
    if visible is None:
        return  # observed, not enforced: Django saw every row
    where = f"{column} IN ({', '.join(['%s'] * len(keys))}) AND ({visible[0]}) IS NOT TRUE"
    params = [*keys, *visible[1]]
    with connection.gate.trusting(), connection.cursor() as cursor:
        if field.remote_field.on_delete is SET_NULL and not _makes_owner(model, field):
            cursor.execute(f"UPDATE {table} SET {column} = NULL WHERE {where}", params)  # noqa: S608  (quoted names)
            if cursor.rowcount > 0:
                _note(owner, field, cursor.rowcount, compiler.context.request)
            return
        cursor.execute(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1", params)  # noqa: S608  (quoted names)
        hidden = cursor.fetchone() is not None
    if hidden:
        refuse(
            compiler.context,
            f"rows of `{owner.label}` that the purpose `{compiler.context.purpose}` does not see"
            f" hang on the row of `{model.label}`",
            hint="it can only be deleted under a purpose that may touch them too",
            target=model.label,
            action="delete",
            reason="other-subject",
        )


def _makes_owner(model: BoundModel, field: Any) -> bool:
    """True when rows of `model` are somebody's because this foreign key points to them."""
    table, column = field.model._meta.db_table, field.column
    return any(
        path.hops and path.hops[0].table == table and path.hops[0].right == column
        for path in model.paths
    )


def _note(owner: BoundModel, field: Any, rows: int, request: str) -> None:
    journal.note(
        journal.Event(
            "write", UPKEEP, ENGINE, "guard", request, owner.label, (), rows, (), "unlinked",
            {"column": field.name},
        )
    )  # fmt: skip
