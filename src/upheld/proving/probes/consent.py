"""The consent ledger: nothing is agreed by silence, and nothing recorded can be rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django import forms
from django.db import DatabaseError, transaction

from upheld import consent
from upheld.consent.models import Consent
from upheld.consent.questions import ConsentQuestions
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
    # An account made by nobody's form: whatever the default, it was not asked.
    who = person(ground.using)
    if consent.allowed(who.subject, rule.id, using=ground.using):
        return Finding("broken", "an account that was never asked counts as a yes")
    for answer in (True, False):
        answers(ground, who, rule, answer)
        if consent.allowed(who.subject, rule.id, using=ground.using) is not answer:
            return Finding("broken", "a choice had no effect")
    if problem := _left_alone(ground, rule):
        return Finding("broken", problem)
    entries = Consent.objects.using(ground.using).filter(subject=who.subject)
    try:
        with transaction.atomic(using=ground.using):
            changed = entries.update(granted=True)
    except DatabaseError:
        return Finding("kept", "silence is no consent, and the ledger refuses to be rewritten")
    if changed:
        return Finding("broken", "an entry of the consent ledger was rewritten")
    return Finding("broken", "the choices were not written to the ledger")


def _left_alone(ground: Ground, rule: Purpose) -> str:
    """What a form's question does with somebody who fills in nothing; empty = as promised."""
    who = person(ground.using)

    class Asking(ConsentQuestions, forms.Form):
        asks_about = (rule.id,)

    (field,) = Asking().questions()
    if field.initial or " checked" in str(field):
        return "the question comes with an answer filled in"
    form = Asking({})
    if rule.default == "asked":
        return "" if not form.is_valid() else "a form passes without the choice"
    if not form.is_valid():
        return "a form asks for a tick that nobody owes"
    form.record_answers(who.subject, place="probe", using=ground.using)
    if consent.allowed(who.subject, rule.id, using=ground.using) is not (rule.default == "in"):
        return "a box left alone counts as the wrong answer"
    (kept,) = consent.history(who.subject, using=ground.using)
    shown = (str(field.label) in kept.wording, str(field.help_text) in kept.wording)
    return "" if all(shown) else "the words shown were not kept"
