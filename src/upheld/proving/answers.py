"""How a synthetic person answers a question of consent: through the ledger, like anybody."""

from __future__ import annotations

from upheld import consent
from upheld.context import purpose
from upheld.policy.types import OWN, Purpose
from upheld.proving.registry import Ground
from upheld.proving.synthetic import Person


def answers(ground: Ground, who: Person, rule: Purpose, granted: bool, *, topic: str = "") -> None:
    """Record the answer of `who` to the purpose `rule`, inside the probe's transaction."""
    with purpose(OWN, subject=who.subject):
        consent.record(
            who.subject,
            rule.id,
            granted,
            topic=topic,
            wording="asked by a probe",
            version=ground.active.policy.updated.isoformat(),
            place="probe",
            method="probe",
            using=ground.using,
        )
