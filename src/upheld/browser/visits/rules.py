"""What the policy in force says about visits, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from upheld.consent.offered import offers_choice
from upheld.context import Actor
from upheld.datamap.active import Active, active
from upheld.policy.period import parse_period
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import ENGINE_PURPOSES, Policy

COUNTER = Actor("system", "system:visits")
"""Who writes visits: nobody's post."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How this site counts visits."""

    purpose: str
    category: str
    store: frozenset[str]
    cookie: str
    parts: Mapping[str, tuple[str, ...]]
    """Route -> parameters whose words belong to the page's name."""
    leave_out: tuple[str, ...]
    events: frozenset[str]
    keep: str
    minimum_group: int
    """Groups of fewer visitors are not shown."""
    posts: frozenset[str]
    """Staff posts that may read the reports."""
    has_choice: bool
    """Whether people are asked about the purpose."""

    def oldest(self, today: date) -> date:
        """The first day whose single views are still kept."""
        period = parse_period(self.keep)
        return today - timedelta(days=round(period.about_days) if period else 0)


def rule_in_force() -> Rule | None:
    """The rule of the policy in force; None = this site counts no visits."""
    now = active()
    if __name__ not in now.kept:
        now.kept[__name__] = _rule(now)
    found: Rule | None = now.kept[__name__]
    return found


def _rule(now: Active) -> Rule | None:
    policy = now.policy
    for category in policy.data.values():
        if category.kind != "technical" or not category.anonymous:
            continue
        for purpose in policy.purposes:
            if purpose not in ENGINE_PURPOSES and may_write(policy, purpose, category.id):
                return _of(policy, purpose, category.id)
    return None


def may_write(policy: Policy, purpose: str, category: str) -> bool:
    """Whether the counter may write data of `category` for `purpose`."""
    outcome = decide(policy, purpose, COUNTER, "nobody", category, "write").outcome
    return outcome is Outcome.ALLOW


def _of(policy: Policy, purpose: str, category: str) -> Rule:
    said = policy.visits
    parts: dict[str, tuple[str, ...]] = {}
    for one in said.parts:
        route, _, name = one.rpartition(".")
        parts[route] = (*parts.get(route, ()), name)
    readers = [
        rule
        for id, rule in policy.purposes.items()
        if id not in ENGINE_PURPOSES
        and decide(policy, id, COUNTER, "nobody", category, "read").outcome is Outcome.ALLOW
    ]
    writer = policy.purposes[purpose]
    return Rule(
        purpose,
        category,
        frozenset(said.store),
        said.cookie,
        parts,
        said.leave_out,
        frozenset(said.events),
        said.keep,
        max([1, *(rule.minimum_group for rule in (writer, *readers))]),
        frozenset(post for rule in readers for post in rule.posts),
        offers_choice(writer),
    )


def may_read(actor: Actor) -> frozenset[str]:
    """The posts of `actor` under which the policy lets them read the reports."""
    rule = rule_in_force()
    if rule is None:
        return frozenset()
    policy = active().policy
    found: set[str] = set()
    for id, purpose in policy.purposes.items():
        outcome = decide(policy, id, actor, "nobody", rule.category, "read").outcome
        if outcome is Outcome.ALLOW and id not in ENGINE_PURPOSES:
            found |= actor.posts.intersection(purpose.posts)
    return frozenset(found)
