"""What invented people told of their tastes: most of them little, many nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from sites.appliance_shop.tastes.keeping import offered, tell
from upheld.context import purpose


def make_tastes(chance: Random, users: list[Any]) -> int:
    """Let every third member, and the demo's, tell something. Returns how many things."""
    told = 0
    for at, user in enumerate(users):
        if at and chance.random() > 0.33:
            continue
        wanted = [("kitchen", 1), ("colour", 2), ("category", chance.randrange(3))]
        for kind, most in wanted:
            choices = [value for value, _ in offered(kind)]
            for value in chance.sample(choices, min(most, len(choices))):
                with purpose("own", subject=f"member:{user.pk}", place="sample_data"):
                    tell(user.pk, kind, value)
                told += 1
    return told
