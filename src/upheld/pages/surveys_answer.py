"""The page of somebody who was invited to a survey.

It stands alone, without the site's layout: a layout asks who is signed in, and the evidence
log would then say that this person looked at this page. Nothing here reads the session.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from upheld.datamap.active import active
from upheld.mail.surveys.answering import answer, survey_of
from upheld.mail.surveys.questions import parsed
from upheld.mail.surveys.refusals import Spent, SurveyRefused


@never_cache
@csrf_exempt  # the token is the authority, and no cookie may join two visits
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions (GET) or take the answers (POST). Looking does not spend the link."""
    problem: SurveyRefused | None = None
    try:
        survey = survey_of(token)
        if request.method == "POST":
            answer(token, request.POST.dict())
            return _page(request, {"done": True, "survey": survey})
    except Spent:
        return _page(request, {"spent": True}, status=410)
    except SurveyRefused as refused:
        problem = refused
    given = request.POST
    return _page(
        request,
        {
            "survey": survey,
            "questions": [
                {"q": one, "given": given.get(one.id, ""), "wrong": _wrong(one.id, problem)}
                for one in parsed(survey.questions)
            ],
            "problem": problem,
        },
        status=400 if problem else 200,
    )


def _wrong(question: str, problem: SurveyRefused | None) -> str:
    if problem is None or problem.field != question:
        return ""
    said = problem.message.replace("`", "")
    return f"{said[:1].upper()}{said[1:]}: {problem.hint}."


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context["controller"] = active().policy.controller
    # Rendered without the request: no context processor asks who this is.
    response = render(None, "upheld/survey.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address holds the token
    return response
