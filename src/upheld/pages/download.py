"""The download of one's own copy, behind a fresh sign-in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render

from upheld.pages.fresh import fresh_sign_in_required
from upheld.pages.person import subject_of
from upheld.rights.export import build


@fresh_sign_in_required
def download(request: HttpRequest) -> HttpResponseBase:
    """Explain (GET), or make and send the ZIP (POST)."""
    if request.method != "POST":
        return render(request, "upheld/me_download.html")
    name = f"my-data-{datetime.now(UTC):%Y-%m-%d}.zip"
    response = FileResponse(build(subject_of(request)), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
