"""The receipt of one's choices as a download, and the keys that it is checked with."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from upheld import consent
from upheld.consent.receipts import bundle, published_keys
from upheld.context import purpose
from upheld.errors import ConsentError
from upheld.mail import links
from upheld.policy.types import OWN


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Send the receipt of whoever chooses in this browser."""
    return _sent(consent.chooser(request))


@require_safe
def receipt_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """Send the receipt of the person whom the mail with this link was sent to."""
    link = links.read(token)
    return _sent(None if link is None else link.subject or None)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Publish the public keys that receipts were signed with, the newest first."""
    return HttpResponse(published_keys(), content_type="application/x-pem-file")


def _sent(who: str | None) -> HttpResponse:
    if who is None:
        raise Http404
    try:
        with purpose(OWN, subject=who):
            content = bundle(who)
    except ConsentError:  # nothing was answered
        raise Http404 from None
    response = HttpResponse(content, content_type="application/zip")
    name = f"my-choices-{datetime.now(UTC):%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
