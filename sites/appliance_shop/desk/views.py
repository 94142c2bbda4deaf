"""The page that staff see first: the desks of their posts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sites.frame.staff.posts import posts_of

DESKS = (
    ("dispatch", "dispatch:list", "Dispatch", "Paid orders that wait for a parcel."),
    ("after_sales", "aftersales:list", "After-sales", "Returns and refunds."),
    ("catalogue", "stockroom:list", "Catalogue", "Products, prices and stock."),
    ("marketing", "upheld:campaigns", "Campaigns", "Mails to people who agreed to them."),
)


def home(request: HttpRequest) -> HttpResponse:
    """List the desks of the person's posts. Shows no data of customers."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.is_staff:
        raise PermissionDenied("the desks are for staff")
    posts = posts_of(request.user)
    known = [desk for desk in DESKS if settings.GUARD or not desk[1].startswith("upheld:")]
    desks = [desk for desk in known if desk[0] in posts]
    context = {"desks": desks, "boxes": _mailboxes(posts), "posts": sorted(posts)}
    return render(request, "desk/home.html", context)


def _mailboxes(posts: frozenset[str]) -> list[Any]:
    """Return the mailboxes of the person's posts; none without the guard."""
    if not settings.GUARD:
        return []
    from upheld.pages.cases import mailboxes_of

    return mailboxes_of(posts)
