"""The meaning of a policy, as one short pure function.

The guard compiles this into arrays for speed and is tested against it; where the two
differ, this is right. Laws: default deny; refusal beats permission; a narrower grant
never allows more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from upheld.context import Actor
from upheld.policy.types import ALL, DUTIES, RIGHTS, UPKEEP, Grant, Policy, Purpose

Action = Literal["read", "match", "write", "delete"]
Relation = Literal["subject", "nobody", "unresolved"]
"""How a row relates to people: a path leads to its subject, it is declared to be about
nobody, or the path could not be resolved."""


class Outcome(StrEnum):
    """What happens to one column of one model in one action."""

    ALLOW = "allow"
    OWN_ROWS = "own rows"
    CONSENTED_ROWS = "consented rows"
    DEFER = "defer"
    MASK = "mask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its reason (stable code) and the sentences that stand behind it."""

    outcome: Outcome
    reason: str
    says: tuple[str, ...] = ()


def decide(
    policy: Policy,
    purpose: str | None,
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
) -> Decision:
    """Decide `action` on data of `category` for `purpose`.

    Pure and total: every combination has an outcome, unknown names are refused.
    """
    if category in policy.refuse:
        return Decision(Outcome.REFUSE, "refused-data", policy.refuse[category].says)
    if category not in policy.data:
        return Decision(Outcome.REFUSE, "unknown-category")
    if purpose is None:
        return Decision(Outcome.REFUSE, "no-purpose")
    rule = policy.purposes.get(purpose)
    if rule is None:
        return Decision(Outcome.REFUSE, "unknown-purpose")
    if not _may_act(rule, actor):
        return Decision(Outcome.REFUSE, "post", rule.says)
    if relation == "unresolved" and not sees_unresolved(rule):
        return Decision(Outcome.REFUSE, "unresolved-subject", rule.says)

    grant = rule.may
    rows = _rows(grant, relation)
    if action == "read":
        if _names(grant.mask, category):
            return Decision(Outcome.MASK, "masked", rule.says)
        if _names(grant.read, category):
            return Decision(rows, "granted", rule.says)
        return Decision(Outcome.DEFER, "not-granted", rule.says)
    if action == "match":
        readable = _names(grant.read, category) and not _names(grant.mask, category)
        if readable or _names(grant.match, category):
            return Decision(rows, "granted", rule.says)
        return Decision(Outcome.REFUSE, "not-granted", rule.says)
    if _names(grant.write, category) and not _names(grant.mask, category):
        return Decision(rows, "granted", rule.says)
    return Decision(Outcome.REFUSE, "not-granted", rule.says)


def sees_unresolved(rule: Purpose) -> bool:
    """Whether a purpose reaches rows whose person cannot be told: to repair them, to keep up
    the whole (sweeps, keys, erasure), or for a duty. A row that a hold keeps after an erasure
    is such a row, and kept for duties alone."""
    if rule.may.rows != "all":
        return False
    return rule.repair or rule.id in (RIGHTS, UPKEEP) or rule.basis in DUTIES


def _may_act(rule: Purpose, actor: Actor) -> bool:
    if actor.kind == "system" or not rule.posts:
        return True
    return not actor.posts.isdisjoint(rule.posts)


def _rows(grant: Grant, relation: Relation) -> Outcome:
    if relation == "nobody" or grant.rows == "all":
        return Outcome.ALLOW
    return Outcome.OWN_ROWS if grant.rows == "own" else Outcome.CONSENTED_ROWS


def _names(granted: tuple[str, ...], category: str) -> bool:
    return ALL in granted or category in granted
