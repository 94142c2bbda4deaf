"""For each kind of refused data: look for a column that would hold it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.policy.types import UPKEEP, Refused
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import MAKER

SUSPICIOUS = {
    "card.number": ("card_number", "cardnumber", "pan", "card_no", "ccnumber", "cc_number"),
    "card.code": ("cvv", "cvc", "ccv", "card_code", "security_code"),
}
"""Column names that say what a column is for, by refused data."""


@makes_probes
def refused(active: Active) -> Iterator[Probe]:
    """One probe a refused kind of data."""
    for rule in active.policy.refuse.values():
        yield Probe(
            f"refused.{rule.id}",
            f"refuse.{rule.id}",
            f"find a place in the database that takes `{rule.id}`",
            rule.says,
            partial(_no_home, rule=rule),
        )


def _no_home(ground: Ground, rule: Refused) -> Finding:
    if rule.unless:
        return Finding("outside", "taken only with explicit consent: read the consent ledger")
    names = SUSPICIOUS.get(rule.id, (rule.id.replace(".", "_"),))
    for column in ground.active.datamap.columns:
        if column.category == rule.id:
            return Finding("broken", f"`{column.label}` is mapped to it")
        if column.role != "key" and column.column.lower() in names:
            rows = column.field.model._base_manager.using(ground.using)
            with purpose(UPKEEP, actor=MAKER, place="probe"):
                taken = rows.exists()
            if taken:
                return Finding("broken", f"`{column.label}` has its name and holds rows")
    return Finding("kept", f"none of {len(ground.active.datamap.columns)} columns takes it")
