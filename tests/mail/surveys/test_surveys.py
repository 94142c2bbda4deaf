from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from tests.mail.campaigns.stage import ARLO, Post, person
from tests.mail.surveys.stage import QUESTIONS, drafted, invited, pages
from upheld.context import purpose
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.surveys import answering, running
from upheld.mail.surveys.models import Survey, SurveyAnswer, SurveyToken
from upheld.mail.surveys.refusals import Spent, SurveyRefused
from upheld.mail.surveys.results import as_csv, results, taken

GIVEN = {"speed": "4", "why": "price", "more": "All well."}


def test_only_who_agreed_to_surveys_is_invited_and_each_once(post: Post) -> None:
    person("Ann")  # agreed to news, not to surveys
    tokens = invited(post, drafted(), 3)
    assert post.to == ["p0@post.example", "p1@post.example", "p2@post.example"]
    assert len(set(tokens)) == 3
    assert SurveyToken.objects.count() == 3
    assert [row.digest for row in SurveyToken.objects.all()] != tokens


def test_a_link_works_once(post: Post) -> None:
    token, *_ = invited(post, drafted(), 2)
    answering.answer(token, GIVEN)
    with pytest.raises(Spent) as refused:
        answering.answer(token, GIVEN)
    assert str(refused.value) == (
        "this link was used already, or the survey is over (nothing to do)"
    )
    assert SurveyAnswer.objects.count() == 3
    assert Survey.objects.get().answered == 1


def test_a_forged_link_leads_nowhere(post: Post) -> None:
    token, *_ = invited(post, drafted(), 1)
    for forged in ("", "x", token[:-1], token + "A", token[::-1], "é" * 20):
        with pytest.raises(Spent):
            answering.survey_of(forged)


def test_what_is_stored_joins_nobody(post: Post) -> None:
    survey = drafted()
    tokens = invited(post, survey, 8)
    for number, token in enumerate(tokens):
        answering.answer(token, {"speed": str(number % 5 + 1), "more": f"words {number}"})
    assert SurveyToken.objects.count() == 0
    marks = {sha256(token.encode()).hexdigest() for token in tokens} | set(tokens)
    subjects = set(CampaignMail.objects.values_list("subject", flat=True))
    for row in SurveyAnswer.objects.all():
        stored = {str(value) for name, value in vars(row).items() if not name.startswith("_")}
        assert not stored & (marks | subjects)
    fields = {field.name for field in SurveyAnswer._meta.fields}
    assert fields == {"id", "survey", "question", "value"}


def test_the_order_of_rows_is_not_the_order_of_answers(post: Post) -> None:
    survey = drafted()
    for number, token in enumerate(invited(post, survey, 12)):
        answering.answer(token, {"more": f"{number:02}"})
    rows = SurveyAnswer.objects.order_by("pk").values_list("value", flat=True)
    stored = _as_stored()
    came = [f"{number:02}" for number in range(12)]
    assert sorted(rows) == came
    assert list(rows) != came and stored != came  # once in 479 million by chance


def _as_stored() -> list[str]:
    """The values in the order in which the database keeps the rows."""
    from django.db import connection

    hidden = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute(f'SELECT "value" FROM "upheld_surveyanswer" ORDER BY {hidden}')
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"speed": "6"}, "`6` is not among the answers to `How fast were we?`"),
        ({"why": "because"}, "`because` is not among the answers to `Why us?`"),
        ({"more": "x" * 1001}, "the answer to `Anything else?` has 1,001 characters"),
        ({"more": "4111 1111 1111 1111"}, "the answer to `Anything else?` has a card number in it"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_the_link_stays(
    post: Post, given: dict[str, str], message: str
) -> None:
    token, *_ = invited(post, drafted(), 1)
    with pytest.raises(SurveyRefused) as refused:
        answering.answer(token, GIVEN | given)
    assert refused.value.message == message
    assert SurveyAnswer.objects.count() == 0
    answering.answer(token, GIVEN)


def test_results_come_when_it_is_closed_and_small_cells_are_hidden(post: Post) -> None:
    survey = drafted()
    tokens = invited(post, survey, 14)
    said = ["price"] * 7 + ["near by"] * 5 + ["friends"] * 1
    for token, why in zip(tokens, said, strict=False):
        answering.answer(token, {"why": why})
    survey.refresh_from_db()
    assert taken(survey) == "10 or more"
    with pytest.raises(SurveyRefused, match="results are shown when the survey is closed"):
        results(survey)
    running.close(survey)
    speed, why, _ = results(survey)
    assert speed.answered is None
    # One cell alone would be told by subtracting: the next smallest is hidden with it.
    assert [(c.value, c.people) for c in why.cells] == [
        ("price", 7),
        ("near by", None),
        ("friends", None),
    ]
    assert "Why us?,near by,fewer than 5\r\n" in as_csv(results(survey), survey.floor)
    with pytest.raises(Spent):
        answering.answer(tokens[-1], GIVEN)


def test_too_few_answers_show_nothing_at_all(post: Post) -> None:
    survey = drafted()
    token, *_ = invited(post, survey, 4)
    answering.answer(token, GIVEN)
    survey.refresh_from_db()
    running.close(survey)
    assert taken(survey) == "fewer than 5"
    with pytest.raises(SurveyRefused, match="fewer than 5 people answered"):
        results(survey)


def test_a_formula_in_an_answer_stays_text_in_the_table(post: Post) -> None:
    survey = drafted()
    for token in invited(post, survey, 5):
        answering.answer(token, {"more": "=HYPERLINK(1)"})
    running.close(survey)
    assert "'=HYPERLINK(1)" in as_csv(results(survey), survey.floor)


def test_an_open_survey_is_not_changed_and_not_opened_twice(post: Post) -> None:
    survey = drafted()
    invited(post, survey, 1)
    with purpose(None, actor=ARLO):
        with pytest.raises(SurveyRefused, match="the survey was opened already"):
            running.invite(survey, subject_line="Again", body="?")
        with pytest.raises(SurveyRefused, match="its questions do not change any more"):
            running.edit(survey, title="x", purpose=survey.purpose, questions=QUESTIONS)
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([], "a survey has 1 to 20 questions"),
        ([QUESTIONS[0], QUESTIONS[0]], "two questions have the same id"),
        ([{"id": "Q", "asks": "?", "form": "text"}], "`Q` is no id of a question"),
        ([{"id": "q", "asks": "?", "form": "map"}], "`map` is no form of a question"),
        ([{"id": "q", "asks": "?", "form": "scale", "to": 11}], "a scale goes from 1 to 2 … 10"),
        (
            [{"id": "q", "asks": "?", "form": "choice", "among": ["a"]}],
            "a choice has 2 to 20 answers",
        ),
    ],
)
def test_questions_that_cannot_be_asked(rules: Any, questions: list[Any], message: str) -> None:
    with purpose(None, actor=ARLO), pytest.raises(SurveyRefused) as refused:
        running.make(title="x", purpose="survey_mail", questions=questions)
    assert refused.value.message == message


def test_a_page_that_is_answered_asks_nobody_who_they_are(post: Post) -> None:
    from django.test import Client

    token, *_ = invited(post, drafted(), 1)
    with pages():
        page = Client().get(f"/privacy/survey/{token}/")
        done = Client().post(f"/privacy/survey/{token}/", {"speed": "3"})
        again = Client().post(f"/privacy/survey/{token}/", {"speed": "3"})
    assert (page.status_code, done.status_code, again.status_code) == (200, 200, 410)
    assert "How fast were we?" in page.content.decode()
    assert "nothing joins you to what you answered" in done.content.decode()
    assert not page.cookies and page["Referrer-Policy"] == "no-referrer"
