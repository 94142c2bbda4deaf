"""What the answers say, when the survey is closed and enough people answered.

While it is open nothing is shown but a rounded number: two looks with one answer between them
would tell that answer. Cells of fewer people than the floor are not shown, and where one alone
would be hidden the next smallest goes with it, since the rest could be subtracted.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS

from upheld.disclosure.spreadsheet import harmless
from upheld.mail.surveys.models import Survey, SurveyAnswer
from upheld.mail.surveys.questions import Question, parsed
from upheld.mail.surveys.refusals import SurveyRefused


@dataclass(frozen=True, slots=True)
class Cell:
    """One possible answer and how many gave it; None = too few to say."""

    value: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What was answered to one question. `answered` is None when it is too few to say.

    `texts` are in random order, and empty below the floor.
    """

    question: Question
    answered: int | None
    cells: tuple[Cell, ...]
    texts: tuple[str, ...]


def taken(survey: Survey) -> str:
    """How many answered, rounded down while it is open, in words."""
    if survey.state == Survey.OPEN:
        steps = survey.answered // survey.floor * survey.floor
        return f"{steps} or more" if steps else f"fewer than {survey.floor}"
    if survey.answered < survey.floor:
        return f"fewer than {survey.floor}"
    return str(survey.answered)


def results(survey: Survey, *, using: str = DEFAULT_DB_ALIAS) -> tuple[Result, ...]:
    """Return the results question by question. Raises `SurveyRefused` while it is open and
    when too few people answered."""
    if survey.state != Survey.CLOSED:
        raise SurveyRefused(
            "results are shown when the survey is closed",
            hint="close it: an answer that comes between two looks could be told",
        )
    if survey.answered < survey.floor:
        raise SurveyRefused(
            f"fewer than {survey.floor} people answered", hint="so few could be told apart"
        )
    return tuple(_result(survey, question, using) for question in parsed(survey.questions))


def as_csv(found: tuple[Result, ...], floor: int) -> str:
    """Return the results as a table: question, answer, people."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["question", "answer", "people"])
    few = f"fewer than {floor}"
    for result in found:
        asks = harmless(result.question.asks)
        for cell in result.cells:
            people = few if cell.people is None else str(cell.people)
            table.writerow([asks, harmless(cell.value), people])
        for text in result.texts:
            table.writerow([asks, harmless(text), ""])
    return out.getvalue()


def _result(survey: Survey, question: Question, using: str) -> Result:
    rows = SurveyAnswer.objects.using(using).filter(survey=survey.key, question=question.id)
    values = list(rows.values_list("value", flat=True))
    answered = len(values) if len(values) >= survey.floor else None
    if question.form == "text":
        texts = values if answered is not None else []
        secrets.SystemRandom().shuffle(texts)
        return Result(question, answered, (), tuple(texts))
    return Result(question, answered, _cells(question, Counter(values), survey.floor), ())


def _cells(question: Question, counts: Counter[str], floor: int) -> tuple[Cell, ...]:
    hidden = {value for value in question.values if 0 < counts[value] < floor}
    if sum(counts.values()) < floor:
        hidden = set(question.values)
    if len(hidden) == 1:
        shown = [value for value in question.values if value not in hidden and counts[value]]
        if shown:
            hidden.add(min(shown, key=lambda value: counts[value]))
    return tuple(
        Cell(value, None if value in hidden else counts[value]) for value in question.values
    )
