"""The rules of a policy as one list: whatever may carry `says`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from upheld.policy.findings import Path
from upheld.policy.shape import SINGLES, sections
from upheld.policy.types import ENGINE_PURPOSES, Policy, Purpose

PROCESSING = ("collect", "purposes", "recipients", "cookies", "storage", "embeds")
"""Sections whose rules do something with data, so that a sentence must announce them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `purposes.order_fulfilment`, or `change`, which has no id."""

    section: str
    id: str
    says: tuple[str, ...]
    value: Any

    @property
    def name(self) -> str:
        return f"{self.section}.{self.id}" if self.id else self.section

    @property
    def path(self) -> Path:
        """Where it stands in the file."""
        return (self.section, self.id) if self.id else (self.section,)

    @property
    def must_be_announced(self) -> bool:
        """Whether people must read of it. The engine's own purposes and those that may touch
        no category are free to be silent."""
        if self.section not in PROCESSING:
            return False
        if isinstance(self.value, Purpose):
            grant = self.value.may
            touches = grant.read or grant.mask or grant.match or grant.write
            return bool(touches) and self.id not in ENGINE_PURPOSES
        return True


def rules(policy: Policy) -> Iterator[Rule]:
    """Every rule in the file's order."""
    for single in SINGLES:
        value = getattr(policy, single)
        yield Rule(single, "", value.says, value)
    for section in sections():
        for id, value in getattr(policy, section).items():
            yield Rule(section, id, value.says, value)
