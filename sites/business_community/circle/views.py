"""The portal's front page, and the page for comments on the privacy statement."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sites.boards.models import Board, Topic

NEWEST = 5


def home(request: HttpRequest) -> HttpResponse:
    """Show the boards and the newest talks."""
    return render(
        request,
        "business_community/home.html",
        {
            "boards": Board.objects.annotate(count=Count("talks")),
            "talks": Topic.objects.select_related("board")[:NEWEST],
        },
    )


def comment(request: HttpRequest) -> HttpResponse:
    """Lead to the form with the topic chosen."""
    return redirect(f"{reverse('enquiries:contact')}?topic=comment")
