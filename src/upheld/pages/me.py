"""The member centre: what is held, why, how long, who used it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from upheld.datamap.active import active
from upheld.pages.held import groups, whys
from upheld.pages.person import subject_of
from upheld.pages.uses import uses_of
from upheld.rights.holdings import by_category
from upheld.rights.reasons import reasons_for, recipients_of, title_of

USES_SHOWN = 100
LATEST_SHOWN = 4


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the kinds of data held, with how many entries and where to go from here."""
    subject = subject_of(request)
    sections = [
        {
            "id": name,
            "title": title_of(name),
            "count": len(rows),
            "uses": [reason.title for reason in reasons_for(name)],
        }
        for name, rows in by_category(subject).items()
    ]
    return render(
        request,
        "upheld/me.html",
        {"sections": sections, "uses": uses_of(subject, most=LATEST_SHOWN)},
    )


@login_required
def category(request: HttpRequest, category: str) -> HttpResponse:
    """Show every entry of one kind, each value with its correction link where there is one."""
    if category not in active().policy.data:
        raise Http404
    rows = by_category(subject_of(request)).get(category, [])
    return render(
        request,
        "upheld/me_category.html",
        {
            "title": title_of(category),
            "note": active().policy.data[category].note,
            "groups": groups(rows),
            "reasons": whys(category),
            "recipients": recipients_of(active().policy, category),
        },
    )


@login_required
def uses(request: HttpRequest) -> HttpResponse:
    """Show who used the person's data, when and for what."""
    found = uses_of(subject_of(request), most=USES_SHOWN)
    return render(request, "upheld/me_uses.html", {"uses": found, "most": USES_SHOWN})
