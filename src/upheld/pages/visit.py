"""Where the script of a page tells how it went. It is read, never answered with anything."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from upheld.browser.visits.beacon import LONGEST, told
from upheld.browser.visits.buffer import put
from upheld.browser.visits.counted import agent_behind, counted, header
from upheld.browser.visits.numbers import number_held
from upheld.browser.visits.rates import RATE
from upheld.errors import VisitRefused

TYPES = ("application/json", "text/plain")


@csrf_exempt  # it changes nothing but counts; where it comes from is looked at below
@require_POST
def visit(request: HttpRequest) -> HttpResponse:
    """Take a beacon. 204 = taken, or not to be counted; else why not, quoting nothing."""
    if not _from_here(request):
        return HttpResponse("only pages of this site are counted", status=403)
    if request.content_type not in TYPES:
        return HttpResponse("a beacon is JSON", status=415)
    length = header(request, "CONTENT_LENGTH")
    if not length.isdecimal() or int(length) > LONGEST:
        return HttpResponse(f"a beacon has at most {LONGEST} bytes", status=413)
    rule = counted(request)
    if rule is None or agent_behind(request).bot:
        return HttpResponse(status=204)
    if not RATE.allows():
        return HttpResponse("too many beacons", status=429)
    try:
        for seen in told(request.body, rule, number_held(request, rule)):
            put(seen)
    except VisitRefused as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain")
    except (UnreadablePostError, RawPostDataException):
        return HttpResponse("the beacon broke off", status=400)
    return HttpResponse(status=204)


def _from_here(request: HttpRequest) -> bool:
    """Whether a page of this very host sent it, as far as the browser says."""
    if header(request, "HTTP_SEC_FETCH_SITE") not in ("", "same-origin"):
        return False
    origin = header(request, "HTTP_ORIGIN")
    return not origin or urlsplit(origin).netloc == request.get_host()
