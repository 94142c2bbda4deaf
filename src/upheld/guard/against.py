"""What new rules would change for those who work with the old ones.

What was observed is asked again: every use that the log knows, and every refusal that was
counted, is decided by the new policy under the purpose that the new map gives the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, cast

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld.context import Actor, ActorKind
from upheld.datamap.active import Active
from upheld.guard.allowing import GRANTED, is_allowed
from upheld.guard.own import as_engine
from upheld.guard.refused import Finding, findings, purpose_at
from upheld.journal.seen import Often, Use, uses_since
from upheld.policy.diff import Difference, diff
from upheld.policy.semantics import Action, Decision, Outcome, decide

DAYS = 30
"""How far back uses are looked for, unless told otherwise."""

Strength = Literal["read", "searched", "written"]


@dataclass(frozen=True, slots=True)
class Lost:
    """Work that people do now and could not do any more.

    `place` is where, `what` the category and model, `needs` what it takes, `reason` why the
    new rules refuse it; `purpose` is the one that the new map gives the place.
    """

    actor: str
    posts: tuple[str, ...]
    place: str
    purpose: str
    what: str
    needs: Strength
    reason: str
    count: int
    last: datetime

    @property
    def is_staff(self) -> bool:
        """Whether staff would be locked out of their work."""
        return self.actor == "staff"

    @property
    def who(self) -> str:
        """The post, or the kind of person."""
        return ", ".join(f"post:{post}" for post in self.posts) or self.actor


@dataclass(frozen=True, slots=True)
class Against:
    """The new rules against what was observed."""

    lost: tuple[Lost, ...]
    gained: tuple[Finding, ...]
    """Refusals that the new rules would allow."""
    opened: tuple[Difference, ...]
    """Rules that are worse for the people they are about."""


def against(
    old: Active, new: Active, *, days: int = DAYS, using: str = DEFAULT_DB_ALIAS
) -> Against:
    """Replay what was observed in the last `days` under `new`. Reads the log, changes nothing."""
    with as_engine():
        uses = uses_since(timezone.now() - timedelta(days=days), using=using)
    return Against(
        tuple(sorted(_lost(old, new, uses), key=_order)),
        tuple(_gained(old, new, findings(using))),
        tuple(each for each in diff(old.policy, new.policy) if each.material),
    )


def _order(lost: Lost) -> tuple[bool, str, str, str]:
    return not lost.is_staff, lost.who, lost.place, lost.what


def _lost(old: Active, new: Active, uses: dict[Use, Often]) -> Iterator[Lost]:
    for use, often in uses.items():
        actor = Actor(cast(ActorKind, use.actor), "", frozenset(use.posts))
        purpose = purpose_at(old, new, use.place, use.purpose)
        for action, needs in _needed(old, use, actor):
            decided = _decide(new, purpose, actor, use, action)
            if decided.outcome in GRANTED or (
                action == "read" and decided.outcome is Outcome.MASK
                and _decide(old, use.purpose, actor, use, action).outcome is Outcome.MASK
            ):  # fmt: skip
                continue
            yield Lost(
                use.actor, use.posts, use.place, purpose or "", f"{use.category} of {use.model}",
                needs, decided.reason, often.count, often.last,
            )  # fmt: skip
            break


def _needed(old: Active, use: Use, actor: Actor) -> Iterator[tuple[Action, Strength]]:
    """What of the use the old rules allowed: a log entry does not tell reading and searching
    apart, so the stronger is taken where both were allowed."""
    ways: tuple[tuple[Action, Strength], ...] = (("read", "read"), ("match", "searched"))
    if use.kind == "write":
        ways = (("write", "written"), *ways)
    for action, strength in ways:
        outcome = _decide(old, use.purpose, actor, use, action).outcome
        if outcome in GRANTED or outcome is Outcome.MASK:
            yield action, strength
            return


def _decide(now: Active, purpose: str | None, actor: Actor, use: Use, action: Action) -> Decision:
    model = now.datamap.model(use.model)
    relation = model.relation if model is not None else "unresolved"
    return decide(now.policy, purpose, actor, relation, use.category, action)


def _gained(old: Active, new: Active, refused: list[Finding]) -> Iterator[Finding]:
    for finding in refused:
        purpose = purpose_at(old, new, finding.place, finding.purpose)
        before = purpose_at(old, old, finding.place, finding.purpose)
        if purpose is None or is_allowed(old, old.policy, before, finding):
            continue
        if is_allowed(new, new.policy, purpose, finding):
            yield replace(finding, purpose=purpose)
