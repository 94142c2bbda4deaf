"""Surveys: people are invited and answer, and then somebody with the whole database tries to
tell who answered what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from hashlib import sha256

from django.db.models import DateField, DateTimeField

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.guard.direct import Direct
from upheld.mail.campaigns import states
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.campaigns.sending import send
from upheld.mail.surveys import running
from upheld.mail.surveys.answering import answer
from upheld.mail.surveys.models import Survey, SurveyAnswer, SurveyToken
from upheld.mail.surveys.refusals import Spent, SurveyRefused
from upheld.mail.surveys.results import results
from upheld.mail.surveys.tokens import links_for
from upheld.proving.answers import answers
from upheld.proving.outbox import caught
from upheld.proving.registry import Broken, Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import person

PROVER = Actor("system", "system:prove")
PEOPLE = 12
"""So many that their order is not met by chance."""
_ASKED = [{"id": "q1", "asks": "What do you think?", "form": "text"}]
_TOKEN = re.compile(r"/privacy/survey/([\w-]+)/")


@makes_probes
def surveys(active: Active) -> Iterator[Probe]:
    """One probe for each purpose that people are asked for their opinion under."""
    for id, rule in running.purposes(active.policy).items():
        if "survey" in id or "feedback" in id:
            yield Probe(
                f"surveys.{id}",
                f"purposes.{id}",
                "join an answer to who was invited, by order, time, key or link",
                rule.says,
                partial(_join, purpose_id=id),
            )


def _join(ground: Ground, purpose_id: str) -> Finding:
    using = ground.using
    rule = ground.active.policy.purposes[purpose_id]
    people = [person(using) for _ in range(PEOPLE)]
    for who in people[:-1]:
        answers(ground, who, rule, True)
    survey, campaign = _opened(ground, purpose_id)
    start = str(int(people[0].user.pk) - 1)
    Campaign.objects.using(using).filter(pk=campaign.pk).update(after=start)
    campaign.refresh_from_db(using=using)
    send(campaign, links=partial(links_for, survey.key, using=using), patience=0, using=using)
    tokens = [found[1] for m in caught() if (found := _TOKEN.search(str(m.body)))]
    must(len(tokens) == PEOPLE - 1, f"{len(tokens)} of {PEOPLE - 1} who agreed were invited")
    for number, token in enumerate(tokens):
        answer(token, {"q1": f"{number:02}"}, using=using)
    try:
        answer(tokens[0], {"q1": "again"}, using=using)
    except Spent:
        pass
    else:
        raise Broken("a link works twice")
    _look_for(tokens, {who.subject for who in people}, using)
    _look_at_order(survey, len(tokens), using)
    try:
        results(survey, using=using)
    except SurveyRefused:
        return Finding("kept", f"{len(tokens)} answers; no key, time, link or order joins them")
    raise Broken("results are shown while the survey is open")


def _look_for(tokens: list[str], subjects: set[str], using: str) -> None:
    """Look for anything of an invitation in the rows of the answers, and for any time."""
    marks = set(tokens) | {sha256(token.encode()).hexdigest() for token in tokens} | subjects
    keys = set(CampaignMail.objects.using(using).values_list("pk", flat=True))
    for row in SurveyAnswer.objects.using(using).all():
        values = {str(v) for name, v in vars(row).items() if not name.startswith("_")}
        must(not values & marks, "an answer holds a link or a person")
        must(row.pk not in keys, "an answer has the key of an invitation")
    spent = SurveyToken.objects.using(using).filter(
        digest__in=[sha256(token.encode()).hexdigest() for token in tokens]
    )
    must(not spent.exists(), "the link that was used is still there to be looked up")
    for model in (SurveyAnswer, SurveyToken):
        times = [f.name for f in model._meta.fields if isinstance(f, DateField | DateTimeField)]
        must(not times, f"`{model.__name__}` has a time")


def _look_at_order(survey: Survey, count: int, using: str) -> None:
    """Compare the order in which answers came with the orders that rows have."""
    came = [f"{number:02}" for number in range(count)]
    direct = Direct(using)
    place = "rowid" if direct.vendor == "sqlite" else "ctid"
    for order in ('"id"', place):
        rows = direct.rows(
            f'SELECT "value" FROM "upheld_surveyanswer" WHERE "survey" = %s ORDER BY {order}',  # noqa: S608 - words of ours
            (survey.key,),
        )
        stored = [value for (value,) in rows]
        must(
            stored not in (came, came[::-1]),
            f"answers lie in the order in which they came ({order})",
        )


def _opened(ground: Ground, purpose_id: str) -> tuple[Survey, Campaign]:
    topics = ground.active.policy.purposes[purpose_id].topics
    with purpose(None, actor=PROVER, subject=None, place="probe"):
        survey = running.make(
            title="Made by a probe", purpose=purpose_id, questions=_ASKED, using=ground.using
        )
        campaign = running.invite(
            survey,
            subject_line="Made by a probe",
            body="Please answer.",
            topic=topics[0] if topics else "",
        )
        Campaign.objects.using(ground.using).filter(pk=campaign.pk).update(
            approved_by=["system:prove"] * 9
        )
        states.start(campaign)
    return survey, campaign
