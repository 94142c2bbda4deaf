"""Who is looking: the signed-in person as a subject reference."""

from __future__ import annotations

from django.http import HttpRequest

from upheld.context import current


def subject_of(request: HttpRequest) -> str:
    """Return `member:<pk>` of the signed-in person; use behind `login_required`."""
    return current().subject or f"member:{request.user.pk}"
