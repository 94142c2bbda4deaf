"""Where the provider's notifications arrive."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sites.appliance_shop.settlement.settle import SETTLER, settle
from sites.payments.chosen import NAMES, provider
from sites.payments.models import PaymentNotice
from sites.payments.notices import receive
from sites.payments.seam import PaymentError
from upheld.context import purpose


@csrf_exempt  # the caller is no browser; the signature is checked instead
@require_POST
def notice(request: HttpRequest, name: str) -> HttpResponse:
    """Take in one notification. 400 = forged, 503 = send it again, 204 = taken."""
    if name not in NAMES:
        raise Http404
    seam = provider(name)
    try:
        with purpose("settlement", actor=SETTLER, subject=None):
            row = receive(seam, request.body, request.headers, partial(settle, name))
    except PaymentError:
        return HttpResponse(status=503)
    return HttpResponse(status=400 if row.verdict == PaymentNotice.Verdict.FORGED else 204)
