"""The consent ledger: nothing is agreed by silence, and nothing recorded can be rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import DatabaseError, transaction

from upheld import consent
from upheld.consent.models import Consent
from upheld.datamap.active import Active
from upheld.policy.types import Purpose
from upheld.proving.answers import answers
from upheld.proving.registry import Finding, Ground, Probe, makes_probes
from upheld.proving.synthetic import person


@makes_probes
def silence(active: Active) -> Iterator[Probe]:
    """One probe for each purpose that rests on consent."""
    for rule in active.policy.purposes.values():
        if rule.basis == "consent" or rule.default:
            yield Probe(
                f"consent.{rule.id}",
                f"purposes.{rule.id}",
                f"have `{rule.id}` allowed without a choice, or rewrite the choice made",
                rule.says,
                partial(_honest_ledger, rule=rule),
            )


def _honest_ledger(ground: Ground, rule: Purpose) -> Finding:
    who = person(ground.using)
    expected = rule.default == "in"
    if consent.allowed(who.subject, rule.id, using=ground.using) is not expected:
        return Finding("broken", "silence counts as the wrong answer")
    for answer in (True, False):
        answers(ground, who, rule, answer)
        if consent.allowed(who.subject, rule.id, using=ground.using) is not answer:
            return Finding("broken", "a choice had no effect")
    entries = Consent.objects.using(ground.using).filter(subject=who.subject)
    try:
        with transaction.atomic(using=ground.using):
            changed = entries.update(granted=True)
    except DatabaseError:
        return Finding("kept", "silence is no consent, and the ledger refuses to be rewritten")
    if changed:
        return Finding("broken", "an entry of the consent ledger was rewritten")
    return Finding("broken", "the choices were not written to the ledger")
