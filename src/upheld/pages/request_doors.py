"""What a person may do with a running request, through whichever door they came: signed in,
or by the link in their mails."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from upheld.errors import RightsError
from upheld.pages.uploads import TOO_LARGE
from upheld.rights.identity import codes
from upheld.rights.identity.documents import LARGEST, QUARANTINED, receive
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.collecting import NothingToCollect, collect
from upheld.rights.requests.deciding import revoke
from upheld.rights.requests.letters import post
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import verify
from upheld.rights.requests.rules import KNOWN_MAIL, by_document
from upheld.rights.requests.states import WrongMove
from upheld.rights.requests.tallies import TooOften


def act(request: HttpRequest, row: RightsRequest) -> HttpResponseBase | None:
    """Do what the form's button says. None = go back to the page; a message says how it went."""
    wanted = request.POST.get("do", "")
    doing = {"withdraw": _withdraw, "document": _document, "send": _send, "code": _code}.get(wanted)
    if doing is None:
        raise Http404
    try:
        doing(request, row)
    except ProofRefused as error:
        messages.error(request, error.words)
    except TooOften as error:
        messages.error(request, f"That was tried too often: {error.hint}.")
    except WrongMove:
        messages.error(request, "The request has moved on meanwhile; this is how it stands now.")
    return None


def hand_over(row: RightsRequest) -> FileResponse:
    """Return the copy as a download. Raises `NothingToCollect`."""
    name = f"my-data-{datetime.now(UTC):%Y-%m-%d}.zip"
    response = FileResponse(collect(row), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


def collect_by_code(request: HttpRequest, row: RightsRequest) -> HttpResponseBase | None:
    """Hand the copy over for the code that went to the address on file."""
    try:
        codes.check(row, "collect", request.POST.get("code", "")[:40])
        return hand_over(row)
    except ProofRefused as error:
        messages.error(request, error.words)
    except NothingToCollect:
        messages.error(request, "This copy was fetched already. Please ask for a new one.")
    return None


def _withdraw(request: HttpRequest, row: RightsRequest) -> None:
    revoke(row)
    messages.success(request, "Your request is withdrawn.")


def _document(request: HttpRequest, row: RightsRequest) -> None:
    if not by_document(row.proof):
        raise ProofRefused("no document is asked for", words="This request needs no document.")
    given = request.FILES.get("document")
    if not isinstance(given, UploadedFile):
        raise ProofRefused("no file", words="Please choose a file first.")
    if given.name == TOO_LARGE or (given.size or 0) > LARGEST:
        raise ProofRefused(
            "a file beyond the limit",
            words="This file is larger than 10 MB. Please send a smaller one.",
        )
    document = receive(row, given.read())
    if document.state == QUARANTINED:
        messages.info(
            request, "Thank you. The file waits to be checked for harmful software first."
        )
    else:
        messages.success(request, "Thank you. Our privacy team looks at it and then destroys it.")


def _send(request: HttpRequest, row: RightsRequest) -> None:
    aim: codes.Aim = "collect" if row.state == "fulfilled" else "verify"
    if aim == "verify" and row.proof != KNOWN_MAIL:
        raise ProofRefused("no code is asked for", words="This request needs no code.")
    codes.send(row, aim)
    messages.info(request, "We sent a code to the address that we have on file.")


def _code(request: HttpRequest, row: RightsRequest) -> None:
    if row.proof != KNOWN_MAIL:
        raise ProofRefused("no code is asked for", words="This request needs no code.")
    codes.check(row, "verify", request.POST.get("code", "")[:40])
    try:
        done = verify(row, "code")
    except WrongMove:
        raise
    except RightsError as error:
        raise ProofRefused(error.message, words="We could not match this request to you.") from None
    post(done, "verified")
    messages.success(request, "Thank you. We know now that it is you.")
