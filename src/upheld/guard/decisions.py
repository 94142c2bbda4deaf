"""The policy compiled for speed: one array a kind of use, indexed by `BoundColumn.index`.

`upheld.policy.semantics.decide` is the meaning; this only remembers its answers. Made
once for each (active governance, purpose, actor's posts), then one dictionary read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from upheld.context import Context
from upheld.datamap.active import Active, active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.pathsql import resolved
from upheld.guard.restriction import somebody_restricted
from upheld.policy.semantics import Action, Outcome, decide, sees_unresolved

ALLOW, MASK, DEFER, REFUSE = range(4)

RowRule = Literal["own", "consented", "resolved", "unrestricted", "refuse"]
"""resolved = all rows but those whose person cannot be told; unrestricted = of these, all but
those of people who had their data restricted."""

_ROWS: Mapping[Outcome, RowRule] = {
    Outcome.OWN_ROWS: "own",
    Outcome.CONSENTED_ROWS: "consented",
    Outcome.REFUSE: "refuse",
}
_CODES: Mapping[Outcome, int] = {
    Outcome.ALLOW: ALLOW,
    Outcome.OWN_ROWS: ALLOW,
    Outcome.CONSENTED_ROWS: ALLOW,
    Outcome.MASK: MASK,
    Outcome.DEFER: DEFER,
    Outcome.REFUSE: REFUSE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """All answers for one purpose and one set of posts.

    `read`, `match`, `write` hold ALLOW, MASK, DEFER or REFUSE by column index; `rows`
    names, by table, the rule that every alias of that table must obey (no entry = all
    rows); `personal` tells by index whether the column holds personal data.
    """

    governance: Active
    purpose: str | None
    read: bytes
    match: bytes
    write: bytes
    rows: Mapping[str, RowRule]
    personal: bytes
    by_field: Mapping[int, BoundColumn]
    """The map's columns by the identity of their field; see `DataMap.by_field`."""
    restricted: bool = False
    """Somebody's data may not be used for this purpose now; see `upheld.guard.restriction`."""
    unresolved_too: bool = False
    """The purpose reaches rows whose person cannot be told."""


def decisions_for(context: Context) -> Decisions:
    """Return the decisions for the purpose and actor of `context`.

    They are kept on the governance they were made from: another may be in force elsewhere.
    """
    governance = active()
    known = governance.kept
    restricted = somebody_restricted(governance.policy, context.purpose)
    key = (
        __name__,
        context.purpose,
        context.actor.kind == "system",
        context.actor.posts,
        restricted,
    )
    found: Decisions | None = known.get(key)
    if found is None:
        found = compiled(governance, context, restricted)
        # Posts come from the project's groups, so the keys are few; a flood of made-up
        # purposes must not fill the memory.
        if len(known) > 1024:
            known.clear()
        known[key] = found
    return found


def compiled(governance: Active, context: Context, restricted: bool) -> Decisions:
    """Make the decisions anew, asking no database. `restricted` as in `Decisions`."""
    datamap = governance.datamap
    size = len(datamap.columns)
    arrays = {action: bytearray(size) for action in ("read", "match", "write")}
    personal = bytearray(size)
    for column in datamap.columns:
        if column.role != "category":
            continue
        personal[column.index] = 1
        for action, array in arrays.items():
            outcome = _decide(governance, context, column, action)  # type: ignore[arg-type]  # the keys above
            array[column.index] = _CODES[outcome]
    rows: dict[str, RowRule] = {}
    purpose = governance.policy.purposes.get(context.purpose or "")
    unresolved_too = purpose is not None and sees_unresolved(purpose)
    for model in datamap.models:
        rule = row_rule(governance, context, model)
        if rule is None and model.paths and not unresolved_too and resolved(model):
            rule = "resolved"
        if rule in (None, "resolved") and restricted and model.paths:
            rule = "unrestricted"
        if rule is not None:
            rows[model.table] = rule
    return Decisions(
        governance,
        context.purpose,
        bytes(arrays["read"]),
        bytes(arrays["match"]),
        bytes(arrays["write"]),
        rows,
        bytes(personal),
        datamap.by_field,
        restricted,
        unresolved_too,
    )


def _decide(governance: Active, context: Context, column: BoundColumn, action: Action) -> Outcome:
    model = governance.datamap.model(column.table)
    relation = model.relation if model is not None else "unresolved"
    return decide(
        governance.policy, context.purpose, context.actor, relation, column.category, action
    ).outcome


def row_rule(governance: Active, context: Context, model: BoundModel) -> RowRule | None:
    """The rule for the rows of `model`, None when every row may be touched.

    A row's existence is decided like its least guarded content: what the purpose may do
    to a category that nothing refuses. Keys and undecided columns follow the same rule.
    """
    if model.relation == "nobody":
        return None
    open_category = next(
        (c for c in governance.policy.data if c not in governance.policy.refuse), None
    )
    if open_category is None:
        return "refuse"
    # Rows do not depend on the category, so any one that is not refused answers for all;
    # `read` is never refused for a category by the grant, only deferred.
    outcome = decide(
        governance.policy, context.purpose, context.actor, model.relation, open_category, "read"
    ).outcome
    if outcome in (Outcome.DEFER, Outcome.MASK):
        assert context.purpose is not None
        grant = governance.policy.purposes[context.purpose].may
        return None if grant.rows == "all" else grant.rows
    return _ROWS.get(outcome)
