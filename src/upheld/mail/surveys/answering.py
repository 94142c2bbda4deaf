"""Taking an answer: the token is spent and the answers stored, and nothing joins the two.

Safety argument. In one transaction the digest is deleted, so the same link is never taken
twice, and a row is added for each question answered. The rows have random keys, no time, and
no common mark. So that not even the place of a row in the table tells which came last, some
rows of the same question are written anew with it, under new keys, in random order.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F

from upheld.mail.surveys.models import Survey, SurveyAnswer, SurveyToken
from upheld.mail.surveys.questions import checked, parsed
from upheld.mail.surveys.refusals import Spent
from upheld.mail.surveys.tokens import digest, random_key

STIRRED = 50
"""Rows of a question that are written anew with each answer."""
_CHANCE = secrets.SystemRandom()


def survey_of(token: str, *, using: str = DEFAULT_DB_ALIAS) -> Survey:
    """Return the open survey that a token invites to. Raises `Spent`."""
    row = SurveyToken.objects.using(using).filter(digest=digest(token)).first()
    survey = Survey.objects.using(using).filter(key=row.survey).first() if row else None
    if survey is None or survey.state != Survey.OPEN:
        raise Spent("this link was used already, or the survey is over", hint="nothing to do")
    return survey


def answer(token: str, given: Mapping[str, str], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the answers of whoever holds `token`. Raises `Spent`, and `SurveyRefused` for an
    answer that cannot be taken; the token is not spent then."""
    survey = survey_of(token, using=using)
    answers = checked(parsed(survey.questions), given)
    with transaction.atomic(using=using):
        # First, and counted: of two posts at once one finds the token, the other does not.
        spent, _ = SurveyToken.objects.using(using).filter(digest=digest(token)).delete()
        still_open = Survey.objects.using(using).filter(pk=survey.pk, state=Survey.OPEN)
        if not spent or not still_open.update(answered=F("answered") + 1):
            raise Spent("this link was used already, or the survey is over", hint="nothing to do")
        questions = list(answers)
        _CHANCE.shuffle(questions)
        for question in questions:
            _stir_in(survey.key, question, answers[question], using)


def _stir_in(survey: str, question: str, value: str, using: str) -> None:
    rows = SurveyAnswer.objects.using(using).filter(survey=survey, question=question)
    start = random_key()
    others = list(rows.filter(pk__gte=start).order_by("pk").values_list("pk", "value")[:STIRRED])
    if len(others) < STIRRED:
        before = rows.filter(pk__lt=start).order_by("pk").values_list("pk", "value")
        others += list(before[: STIRRED - len(others)])
    rows.filter(pk__in=[pk for pk, _ in others]).delete()
    values = [value, *(other for _, other in others)]
    _CHANCE.shuffle(values)
    SurveyAnswer.objects.using(using).bulk_create(
        SurveyAnswer(id=random_key(), survey=survey, question=question, value=one) for one in values
    )
