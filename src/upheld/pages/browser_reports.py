"""Where browsers report what a page's content policy made them refuse."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from upheld.browser.reports import LARGEST, Unreadable, take


@csrf_exempt  # browsers send reports by themselves, without a token or a cookie
@require_POST
def browser_reports(request: HttpRequest) -> HttpResponse:
    """Count the reports of one body: 204, 413 when it is too large, 400 when it is none."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > LARGEST:
        return HttpResponse(status=413)
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        take(body)
    except Unreadable:
        return HttpResponse(status=400)
    return HttpResponse(status=204)
