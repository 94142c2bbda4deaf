"""For each purpose bound to own or consented rows: try to see somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Model

from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.errors import PurposeError
from upheld.policy.types import Purpose
from upheld.proving.answers import answers
from upheld.proving.probes.grants import holder_of
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import person


@makes_probes
def rows(active: Active) -> Iterator[Probe]:
    """One probe for each purpose that does not reach all rows."""
    for rule in active.policy.purposes.values():
        if rule.may.rows == "own":
            yield Probe(
                f"rows.{rule.id}",
                f"purposes.{rule.id}",
                f"see another person's rows under `{rule.id}`",
                rule.says,
                partial(_strangers, rule=rule),
            )
        elif rule.may.rows == "consented":
            yield Probe(
                f"rows.{rule.id}",
                f"purposes.{rule.id}",
                f"reach people who did not agree to `{rule.id}`",
                rule.says,
                partial(_unconsented, rule=rule),
            )


def _strangers(ground: Ground, rule: Purpose) -> Finding:
    mine = person(ground.using)
    other = person(ground.using, with_rows=True)
    with purpose(rule.id, actor=holder_of(rule), subject=mine.subject, place="probe"):
        for label, row in other.made.items():
            manager = type(row)._base_manager.using(ground.using)
            if manager.filter(pk=row.pk).exists():
                return Finding("broken", f"a row of `{label}` of another person was found")
            if _deleted(row, ground.using):
                return Finding("broken", f"a row of `{label}` of another person was deleted")
    return Finding("kept", f"{len(other.made)} rows of another person stayed out of reach")


def _deleted(row: Model, using: str) -> bool:
    try:
        with transaction.atomic(using=using):
            return bool(type(row)._base_manager.using(using).filter(pk=row.pk).delete()[0])
    except PurposeError:
        return False


def _unconsented(ground: Ground, rule: Purpose) -> Finding:
    never, yes, withdrew = (person(ground.using) for _ in range(3))
    for who, given in ((yes, (True,)), (withdrew, (True, False))):
        for answer in given:
            answers(ground, who, rule, answer)
    if rule.default == "in":
        answers(ground, never, rule, False)
    wanted = {never.user.pk: False, yes.user.pk: True, withdrew.user.pk: False}
    users = type(yes.user)._base_manager.using(ground.using)
    with purpose(rule.id, actor=holder_of(rule), place="probe"):
        found = set(users.filter(pk__in=wanted).values_list("pk", flat=True))
    for pk, expected in wanted.items():
        if (pk in found) is not expected:
            said = "agreed" if expected else "did not agree"
            return Finding(
                "broken", f"a person who {said} was {'' if pk in found else 'not '}found"
            )
    return Finding("kept", "only the one who agreed was found; withdrawing worked at once")
