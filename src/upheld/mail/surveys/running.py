"""A survey's life: drafted, opened, invited to, closed."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.context import current
from upheld.datamap.active import active
from upheld.mail.campaigns import rules, states
from upheld.mail.campaigns.models import Campaign
from upheld.mail.surveys.models import Survey, SurveyToken
from upheld.mail.surveys.questions import parsed, stored
from upheld.mail.surveys.refusals import SurveyRefused
from upheld.policy.findings import did_you_mean
from upheld.policy.mailkinds import kind_of
from upheld.policy.types import Policy, Purpose

FLOOR = 5
"""The least number of people a result speaks of, where the purpose names no greater one."""


def purposes(policy: Policy) -> dict[str, Purpose]:
    """Return the purposes that people are asked for their opinion under: those that mail is
    sent for, when the policy has a class of mail for surveys."""
    if klass(policy) is None:
        return {}
    found = rules.purposes(policy)
    asking = {id: rule for id, rule in found.items() if "survey" in id or "feedback" in id}
    return asking or found


def klass(policy: Policy) -> str | None:
    """Return the policy's class of mail for invitations, None when it has none."""
    return next((id for id, rule in policy.mail.items() if kind_of(rule) == "survey"), None)


def make(
    *, title: str, purpose: str, questions: Any, intro: str = "", using: str = DEFAULT_DB_ALIAS
) -> Survey:
    """Make a draft. Raises `SurveyRefused`."""
    survey = Survey(
        key=secrets.token_hex(10),
        title=title,
        intro=intro,
        purpose=purpose,
        questions=stored(parsed(questions)),
        floor=_floor(purpose),
        made_by=current().actor.ref,
        made_on=timezone.localdate(),
    )
    survey.save(using=using, force_insert=True)
    return survey


def edit(survey: Survey, *, title: str, purpose: str, questions: Any, intro: str = "") -> None:
    """Change a draft. What people answer already stays as it was asked."""
    rows = Survey.objects.using(survey._state.db).filter(pk=survey.pk, state=Survey.DRAFT)
    changed = rows.update(
        title=title,
        intro=intro,
        purpose=purpose,
        questions=stored(parsed(questions)),
        floor=_floor(purpose),
    )
    if not changed:
        raise SurveyRefused(
            "the survey was opened, its questions do not change any more", hint="make another one"
        )
    survey.refresh_from_db()


def invite(survey: Survey, *, subject_line: str, body: str, topic: str = "") -> Campaign:
    """Open a draft and make the campaign that invites to it, as a draft of its own."""
    using = survey._state.db or DEFAULT_DB_ALIAS
    policy = active().policy
    word = klass(policy)
    if word is None:
        raise SurveyRefused(
            "the policy has no class of mail for surveys",
            hint="name one under `mail`, `kind: survey`",
        )
    with transaction.atomic(using=using):
        opened = Survey.objects.using(using).filter(pk=survey.pk, state=Survey.DRAFT)
        if not opened.update(state=Survey.OPEN):
            raise SurveyRefused("the survey was opened already", hint="see its campaign")
        campaign = states.make(
            using=using,
            title=f"Invitation: {survey.title}"[:120],
            klass=word,
            purpose=survey.purpose,
            topic=topic,
            survey=survey.key,
            subject_line=subject_line,
            body=body,
            segment={"name": "Everybody who agreed to surveys", "all": []},
        )
    survey.refresh_from_db(using=using)
    return campaign


def close(survey: Survey) -> None:
    """Close for good: links that were not used lead nowhere, results can be seen. A second
    click changes nothing."""
    using = survey._state.db or DEFAULT_DB_ALIAS
    with transaction.atomic(using=using):
        rows = Survey.objects.using(using).filter(pk=survey.pk, state=Survey.OPEN)
        rows.update(state=Survey.CLOSED, closed_on=timezone.localdate())
        SurveyToken.objects.using(using).filter(survey=survey.key).delete()
        under_way = Campaign.objects.using(using).filter(
            survey=survey.key, state__in=(Campaign.DRAFT, Campaign.SENDING, Campaign.PAUSED)
        )
        under_way.update(state=Campaign.CANCELLED, ended_at=timezone.now())
    survey.refresh_from_db(using=using)


def _floor(purpose: str) -> int:
    policy = active().policy
    rule = purposes(policy).get(purpose)
    if rule is None:
        raise SurveyRefused(
            f"nobody is asked for the purpose `{purpose}`",
            hint=did_you_mean(purpose, purposes(policy)) or "choose another purpose",
            field="purpose",
        )
    return max(FLOOR, rule.minimum_group)
