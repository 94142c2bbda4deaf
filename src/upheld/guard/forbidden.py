"""The page for a refusal: staff read which promise refused, others only that it was."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import PurposeError


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence of the notice that stands behind a refusal."""

    id: str
    text: str


def forbidden(request: HttpRequest, error: PurposeError) -> HttpResponse:
    """Return the 403 page. Nothing of the refusal is told to anyone who is not staff."""
    staff = current().actor.kind == "staff"
    told = {
        "staff": staff,
        "message": error.message if staff else "",
        "hint": error.hint if staff else "",
        "purpose": error.purpose if staff else "",
        "promises": _promises(error.promises) if staff else (),
    }
    page = HttpResponse(render_to_string("upheld/403.html", told), status=403)
    page["Cache-Control"] = "no-store"
    return page


def _promises(ids: tuple[str, ...]) -> tuple[Promise, ...]:
    sentences = active().notice.sentences
    texts = {id: sentence.text for sentence in sentences for id in sentence.ids}
    return tuple(Promise(id, texts.get(id, "")) for id in ids)
