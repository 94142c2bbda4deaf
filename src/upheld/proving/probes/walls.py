"""For each wall: look for a purpose, a table or a person that stands on both sides of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from upheld.context import Actor
from upheld.datamap.active import Active
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import RIGHTS, UPKEEP, Wall
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must

ENGINE = (RIGHTS, UPKEEP)
"""Purposes that serve every side alike, each behind a door of its own."""


@makes_probes
def walls(active: Active) -> Iterator[Probe]:
    """One probe for each wall that holds something of its own."""
    for wall in active.policy.walls.values():
        if wall.holds:
            yield Probe(
                f"walls.{wall.id}",
                f"walls.{wall.id}",
                f"carry data over the wall around `{wall.id}`",
                wall.says,
                partial(_closed, wall=wall),
            )


def _closed(ground: Ground, wall: Wall) -> Finding:
    policy = ground.active.policy
    tried = 0
    outside = [category for category in policy.data if category not in wall.holds]
    for rule in policy.purposes.values():
        if rule.id in ENGINE:
            continue
        actor = Actor("system", "system:prove", frozenset(rule.posts))
        for category in outside if rule.wall == wall.id else wall.holds:
            for action in ("read", "match", "write"):
                tried += 1
                # A person's own data are the person's on every side, row by row.
                outcome = decide(policy, rule.id, actor, "subject", category, action).outcome
                shut = outcome in (Outcome.REFUSE, Outcome.DEFER, Outcome.OWN_ROWS)
                must(shut, f"`{rule.id}` may {action} `{category}`")
    for recipient in policy.recipients.values():
        over = set(recipient.gets) & set(wall.holds)
        sides = {policy.purposes[id].wall for id in recipient.purposes if id in policy.purposes}
        must(not over or sides == {wall.id}, f"`{recipient.id}` is given `{', '.join(over)}`")
    for model in ground.active.datamap.models:
        held = {column.category for column in model.columns if column.category}
        inside = held & set(wall.holds)
        must(
            not inside or inside == held,
            f"`{model.label}` holds `{', '.join(sorted(held))}`, of both sides",
        )
    return Finding("kept", f"{tried} ways over the wall are shut, and no table stands on it")
