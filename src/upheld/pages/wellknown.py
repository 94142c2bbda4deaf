"""The small machine-readable pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch

from upheld.browser.checks import honours_signals
from upheld.conf import conf
from upheld.datamap.active import active


def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=180)
    lines = (
        f"Contact: mailto:{active().policy.controller.contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en",
        f"Canonical: {conf().SITE_URL}/.well-known/security.txt",
        f"Policy: {conf().SITE_URL}/privacy/",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def gpc(request: HttpRequest) -> JsonResponse:
    """Global Privacy Control support resource: true only where the signal is obeyed, which is
    where the browser's gate stands first and the rules are enforced."""
    return JsonResponse(
        {"gpc": honours_signals(), "lastUpdate": active().policy.updated.isoformat()}
    )


def change_password(request: HttpRequest) -> HttpResponse:
    """W3C change-password URL: go to the page that the setting `PASSWORD_CHANGE_URL` names,
    or to Django's own. A project with neither answers 404."""
    target = getattr(settings, "PASSWORD_CHANGE_URL", None) or "password_change"
    try:
        return HttpResponseRedirect(resolve_url(target))
    except NoReverseMatch:
        raise Http404 from None


def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and a policy is in force; nothing about people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True, "policy": active().policy.updated.isoformat()})
