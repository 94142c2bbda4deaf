"""Questions of a survey: a choice, a scale from 1 to n, or words.

    {"id": "speed", "asks": "How fast were we?", "form": "scale", "to": 5}
    {"id": "why", "asks": "Why did you come?", "form": "choice", "among": ["price", "taste"]}
    {"id": "else", "asks": "Anything else?", "form": "text"}

Answering is never a duty: every question may be left empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from upheld.mail.surveys.refusals import SurveyRefused
from upheld.policy.detectors import DETECTORS, detected

Form = Literal["choice", "scale", "text"]
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST, MOST_CHOICES, WIDEST, LONGEST = 20, 20, 10, 1000
"""Questions, choices of one, steps of a scale, characters of a text."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `among` are the choices; a scale goes from 1 `to` its end."""

    id: str
    asks: str
    form: Form
    among: tuple[str, ...] = ()
    to: int = 0

    @property
    def values(self) -> tuple[str, ...]:
        """What may be answered; empty for a text."""
        if self.form == "scale":
            return tuple(str(step) for step in range(1, self.to + 1))
        return self.among


def parsed(given: Any) -> tuple[Question, ...]:
    """Read questions as they are stored. Raises `SurveyRefused`."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise SurveyRefused(f"a survey has 1 to {MOST} questions")
    found = tuple(_question(one) for one in given)
    if len({question.id for question in found}) < len(found):
        raise SurveyRefused("two questions have the same id", hint="give each its own")
    return found


def stored(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    """The questions as they are stored."""
    out: list[dict[str, Any]] = []
    for one in questions:
        plain: dict[str, Any] = {"id": one.id, "asks": one.asks, "form": one.form}
        if one.form == "choice":
            plain["among"] = list(one.among)
        if one.form == "scale":
            plain["to"] = one.to
        out.append(plain)
    return out


def checked(questions: tuple[Question, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that were given, by question; empty ones are left out.

    Raises `SurveyRefused` for the first thing that cannot be taken: a value that the question
    does not have, a text that is too long, a number in a text that says who somebody is. Every
    detector runs, whatever the policy refuses: such a number joins an answer to a person.
    Nothing is stored then, and the person may correct it.
    """
    detectors = tuple(DETECTORS)
    answers: dict[str, str] = {}
    for question in questions:
        value = given.get(question.id, "").strip()
        if not value:
            continue
        if question.form != "text":
            if value not in question.values:
                raise SurveyRefused(
                    f"`{value[:40]}` is not among the answers to `{question.asks}`",
                    hint="choose one of them",
                    field=question.id,
                )
        elif len(value) > LONGEST:
            raise SurveyRefused(
                f"the answer to `{question.asks}` has {len(value):,} characters",
                hint=f"at most {LONGEST:,}",
                field=question.id,
            )
        elif (found := detected(value, detectors)) is not None:
            raise SurveyRefused(
                f"the answer to `{question.asks}` has a {found.replace('.', ' ')} in it",
                hint="take it out: we do not want it, and it would say who you are",
                field=question.id,
            )
        answers[question.id] = value.replace("\x00", "")
    return answers


def _question(given: Any) -> Question:
    if not isinstance(given, dict):
        raise SurveyRefused("a question has `id`, `asks` and `form`")
    id, asks, form = (str(given.get(name, "")).strip() for name in ("id", "asks", "form"))
    if not _ID.fullmatch(id):
        raise SurveyRefused(f"`{id}` is no id of a question", hint="use small letters, digits, _")
    if not asks or len(asks) > 300:
        raise SurveyRefused(f"question `{id}` asks nothing, or too much", field=id)
    if form == "text":
        return Question(id, asks, "text")
    if form == "scale":
        to = given.get("to", 5)
        if not isinstance(to, int) or not 2 <= to <= WIDEST:
            raise SurveyRefused(f"a scale goes from 1 to 2 … {WIDEST}", field=id)
        return Question(id, asks, "scale", to=to)
    if form == "choice":
        among = tuple(dict.fromkeys(str(one).strip() for one in given.get("among", [])))
        if not 2 <= len(among) <= MOST_CHOICES or any(not 0 < len(one) <= 200 for one in among):
            raise SurveyRefused(f"a choice has 2 to {MOST_CHOICES} answers", field=id)
        return Question(id, asks, "choice", among=among)
    raise SurveyRefused(
        f"`{form}` is no form of a question", hint="choice, scale or text", field=id
    )
