"""Segments: a named rule that says whom a campaign is for, over what the purpose may match.

    {"name": "People who like to bake", "all": [{"data": "taste.category", "is": ["baking"]}]}

The rule is asked of the database with every slice, under the campaign's purpose: the guard
adds who agreed, and refuses a column that the purpose may not match. Nobody is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from upheld.context import Actor
from upheld.datamap.bound import BoundColumn, BoundKind, BoundModel, DataMap
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.policy.findings import did_you_mean
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import Policy

MOST_VALUES = 50
_SYSTEM = Actor("system", "system:campaigns")
_MAY = (Outcome.ALLOW, Outcome.CONSENTED_ROWS)


@dataclass(frozen=True, slots=True)
class Condition:
    """People of whom some value of `category` is among `values`; `but` = of whom none is."""

    category: str
    values: tuple[str, ...]
    but: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom a campaign is for: everybody of the purpose for whom each condition holds."""

    name: str
    conditions: tuple[Condition, ...] = ()


def parsed(given: Any) -> Segment:
    """Read a segment as it is stored. Raises `CampaignRefused` for any other form."""
    if not isinstance(given, dict) or set(given) - {"name", "all"}:
        raise _wrong("a segment has a `name` and `all`, a list of conditions")
    conditions = given.get("all", [])
    if not isinstance(conditions, list):
        raise _wrong("`all` is a list of conditions")
    return Segment(str(given.get("name", ""))[:100], tuple(_condition(one) for one in conditions))


def stored(segment: Segment) -> dict[str, Any]:
    """The segment as it is stored."""
    return {
        "name": segment.name,
        "all": [
            {"data": one.category, "is_not" if one.but else "is": list(one.values)}
            for one in segment.conditions
        ],
    }


def check(segment: Segment, policy: Policy, datamap: DataMap, purpose: str) -> None:
    """Raise `CampaignRefused` for data that this purpose may not choose people by."""
    for condition in segment.conditions:
        category = policy.data.get(condition.category)
        if category is None or condition.category in policy.refuse:
            raise _wrong(
                f"there is no data `{condition.category}`",
                did_you_mean(condition.category, policy.data),
            )
        if category.kind == "special":
            raise _wrong(
                f"`{condition.category}` is sensitive: nobody is chosen by it",
                "choose by something else",
            )
        decision = decide(policy, purpose, _SYSTEM, "subject", condition.category, "match")
        if decision.outcome not in _MAY:
            raise _wrong(
                f"`{purpose}` may not choose people by `{condition.category}`",
                "let the notice and the policy say so first",
            )
        columns = _columns(condition.category, datamap)
        if not columns:
            raise _wrong(f"`{condition.category}` is kept in no column", "choose by something else")
        if any(column.lookup in ("none", "words") for _, column in columns):
            raise _wrong(
                f"`{condition.category}` is kept locked and cannot be compared",
                "choose by something else",
            )


def condition_for(kind: BoundKind, segment: Segment, datamap: DataMap, using: str) -> Q | None:
    """Return the filter on rows of the kind's own table; None when it can fit nobody of them
    (people known by an address alone have told nothing that a segment could ask of)."""
    found = Q()
    for condition in segment.conditions:
        one = Q()
        for model, column in _columns(condition.category, datamap):
            one |= _fits(kind, model, column, condition, using)
        if not one:
            return None
        found &= ~one if condition.but else one
    return found


def _fits(
    kind: BoundKind, model: BoundModel, column: BoundColumn, condition: Condition, using: str
) -> Q:
    among = {f"{column.field.name}__in": list(condition.values)}
    if kind.by != "key":
        return Q()
    if model.model is kind.model:
        return Q(**among)
    one = Q()
    for path in model.paths:
        if path.kind is kind and path.text.strip() != "self":
            leads = path.text.strip().replace(".", "__")
            rows = model.model._base_manager.using(using)
            one |= Q(Exists(rows.filter(**{leads: OuterRef("pk")}, **among)))
    return one


def _columns(category: str, datamap: DataMap) -> list[tuple[BoundModel, BoundColumn]]:
    return [
        (model, column)
        for model in datamap.models
        if model.paths
        for column in model.columns
        if column.role == "category" and column.category == category and not column.copy_of
    ]


def _condition(given: Any) -> Condition:
    form = 'write `{"data": "taste.category", "is": ["baking"]}`'
    if not isinstance(given, dict) or len(given) != 2 or not isinstance(given.get("data"), str):
        raise _wrong("a condition has `data` and `is` or `is_not`", form)
    word = next((name for name in ("is", "is_not") if name in given), "")
    values = given.get(word)
    if not word or not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise _wrong("a condition has `data` and `is` or `is_not`", form)
    if not values or len(values) > MOST_VALUES:
        raise _wrong(f"a condition has 1 to {MOST_VALUES} values", form)
    return Condition(given["data"], tuple(values), but=word == "is_not")


def _wrong(message: str, hint: str = "") -> CampaignRefused:
    return CampaignRefused(message, hint=hint, field="segment")
