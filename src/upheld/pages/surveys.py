"""The console's pages of surveys: questions, invitations, results once it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from upheld.datamap.active import active
from upheld.errors import MailError
from upheld.mail.campaigns.models import Campaign
from upheld.mail.surveys import running
from upheld.mail.surveys.models import Survey
from upheld.mail.surveys.questions import parsed
from upheld.mail.surveys.refusals import SurveyRefused
from upheld.mail.surveys.results import Result, as_csv, results, taken
from upheld.pages.mailing_posts import mailing_post_required, own_purposes
from upheld.pages.surveys_form import HELP, InvitationForm, SurveyForm, read, shown
from upheld.policy.types import Purpose
from upheld.rights.reasons import purpose_title

SHOWN = 50


@mailing_post_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the surveys of the person's posts."""
    mine = _purposes()
    rows = Survey.objects.filter(purpose__in=list(mine))[:SHOWN]
    return render(
        request,
        "upheld/surveys.html",
        {
            "surveys": [{"row": row, "taken": taken(row)} for row in rows],
            "may": bool(mine),
        },
    )


@mailing_post_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Make a draft."""
    return _form(request, None)


@mailing_post_required
def edit(request: HttpRequest, key: str) -> HttpResponseBase:
    """Change a draft."""
    return _form(request, _survey(key))


@mailing_post_required
def one(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show one survey; invite to it, close it."""
    survey = _survey(key)
    rule = _purposes()[survey.purpose]
    form = InvitationForm(rule, request.POST if request.POST.get("do") == "invite" else None)
    if request.method == "POST":
        try:
            answer = _done(request, survey, form)
        except MailError as refused:
            messages.warning(request, _sentence(refused))
            answer = redirect("upheld:survey-console", key)
        if answer is not None:
            return answer
    return render(
        request,
        "upheld/survey_console.html",
        {
            "survey": survey,
            "questions": parsed(survey.questions),
            "about": purpose_title(rule),
            "taken": taken(survey),
            "form": form,
            "invitations": Campaign.objects.filter(survey=survey.key),
            "results": _results(survey),
        },
        status=400 if form.errors else 200,
    )


@mailing_post_required
def download(request: HttpRequest, key: str) -> HttpResponseBase:
    """Hand the table of results out, for a closed survey."""
    survey = _survey(key)
    try:
        table = as_csv(results(survey), survey.floor)
    except SurveyRefused:
        raise Http404 from None
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="survey-{survey.pk}.csv"'
    return answer


def _done(request: HttpRequest, survey: Survey, form: InvitationForm) -> HttpResponseBase | None:
    do = request.POST.get("do")
    if do == "close":
        running.close(survey)
        messages.success(request, "Closed. The results are below.")
        return redirect("upheld:survey-console", survey.key)
    if do != "invite":
        raise Http404
    if not form.is_valid():
        return None
    given = form.cleaned_data
    campaign = running.invite(
        survey,
        subject_line=given["subject_line"],
        body=given["body"],
        topic=given.get("topic", ""),
    )
    messages.success(request, "Opened. This is the mail that invites: look at it and start it.")
    return redirect("upheld:campaign", campaign.key)


def _form(request: HttpRequest, survey: Survey | None) -> HttpResponseBase:
    mine = _purposes()
    if not mine:
        raise Http404
    first: dict[str, Any] | None = None
    if survey is not None:
        first = {
            "title": survey.title,
            "purpose": survey.purpose,
            "intro": survey.intro,
            "questions": shown(parsed(survey.questions)),
        }
    form = SurveyForm(mine, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["questions"] = read(given["questions"])
        try:
            if survey is None:
                survey = running.make(**given)
            else:
                running.edit(survey, **given)
            return redirect("upheld:survey-console", survey.key)
        except SurveyRefused as refused:
            form.add_error("questions", _sentence(refused))
    return render(
        request,
        "upheld/survey_form.html",
        {"form": form, "survey": survey, "help": HELP.split("`")},
        status=400 if form.errors else 200,
    )


def _results(survey: Survey) -> Sequence[dict[str, Any]]:
    try:
        found = results(survey)
    except SurveyRefused:
        return ()
    return [_shown(result) for result in found]


def _shown(result: Result) -> dict[str, Any]:
    most = max([cell.people or 0 for cell in result.cells], default=0) or 1
    return {
        "asks": result.question.asks,
        "form": result.question.form,
        "answered": result.answered,
        "texts": result.texts,
        "cells": [
            {"value": c.value, "people": c.people, "width": round(100 * (c.people or 0) / most)}
            for c in result.cells
        ],
    }


def _purposes() -> dict[str, Purpose]:
    asking = running.purposes(active().policy)
    return {id: rule for id, rule in own_purposes().items() if id in asking}


def _survey(key: str) -> Survey:
    found = Survey.objects.filter(key=key, purpose__in=list(_purposes())).first()
    if found is None:
        raise Http404
    return found


def _sentence(error: MailError) -> str:
    hint = f" {error.hint[:1].upper()}{error.hint[1:]}." if error.hint else ""
    return f"{error.message[:1].upper()}{error.message[1:]}.{hint}"
