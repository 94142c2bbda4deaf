"""Who was given a person's data, in the member centre."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upheld.datamap.active import active
from upheld.disclosure.models import HandOver
from upheld.disclosure.passing_on import Given, given_of
from upheld.pages.authorising import authorisations
from upheld.pages.person import subject_of
from upheld.pages.sentences import promises
from upheld.policy.types import Recipient
from upheld.rights.reasons import purpose_title, title_of

_STATES = {
    HandOver.QUEUED: "not sent yet",
    HandOver.SENDING: "being sent",
    HandOver.SENT: "given",
    HandOver.FAILED: "tried, without success",
}
_CONDITIONS = {
    "explicit_consent": "Only when you say so yourself.",
    "own_application": "Only when you apply there yourself.",
    "legal_ground": "Only on a ground of law, and when two of us agree.",
    "acquisition": "Only when our business changes hands, and after you were told.",
}


@login_required
def given(request: HttpRequest) -> HttpResponse:
    """List every hand-over of the person's data, and who else may be given some."""
    policy = active().policy
    found = given_of(subject_of(request))
    met = {each.recipient for each in found}
    return render(
        request,
        "upheld/me_given.html",
        {
            "given": [_line(each) for each in found],
            "others": [
                {"name": _name(each), "what": _titles(each.gets), "says": promises(each.says)}
                for each in policy.recipients.values()
                if each.id not in met and each.gets and not each.only_if
            ],
            "authorisations": authorisations(subject_of(request)),
            "on_ground": [
                {
                    "id": each.id if each.only_if == "explicit_consent" else "",
                    "name": _name(each),
                    "what": _titles(each.gets),
                    "condition": _CONDITIONS[each.only_if],
                    "says": promises(each.says),
                }
                for each in policy.recipients.values()
                if each.only_if and each.gets
            ],
        },
    )


def _line(each: Given) -> dict[str, object]:
    rule = active().policy.purposes.get(each.purpose)
    return {
        "at": each.at,
        "name": each.name,
        "what": _titles(each.categories),
        "why": purpose_title(rule) if rule else each.purpose,
        "ground": each.ground.replace("_", " "),
        "state": _STATES.get(each.state, each.state),
        "country": each.country,
    }


def _name(recipient: Recipient) -> str:
    return recipient.name or recipient.id.replace("_", " ")


def _titles(categories: tuple[str, ...]) -> str:
    return " · ".join(title_of(name) for name in categories)
