"""The console's page on visits: what staff of the posts that the policy names may read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from upheld.browser.visits.buckets import DWELL, SPEED, words
from upheld.browser.visits.reports import Line, Report, report
from upheld.browser.visits.rules import may_read, rule_in_force
from upheld.context import current
from upheld.datamap.active import active
from upheld.pages.second_factor import is_fresh

PERIODS = (1, 7, 30, 90)
TITLES = {
    "page": ("Pages", "Page"),
    "step": ("Ways from page to page", "From and to"),
    "referrer": ("Other sites that led here", "Site"),
    "country": ("Countries", "Country"),
    "language": ("Languages", "Language"),
    "device": ("Devices", "Device"),
    "system": ("Systems", "System"),
    "browser": ("Browsers", "Browser"),
    "visit": ("Pages of a visit", "Pages"),
    "stay": ("Length of a visit", "Looked at pages for"),
}
OPEN = ("page", "step")
"""Measures that stand first and wide."""


@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """Show the report to holders of a post that may read it; nobody else gets in."""
    if rule_in_force() is None:
        raise Http404("this site counts no visits")
    actor = current().actor
    posts = may_read(actor)
    if not posts:
        raise PermissionDenied("this page is for posts that may read statistics")
    declared = active().policy.posts
    open_to = [post for post in posts if post in declared and not declared[post].second_factor]
    if not open_to and not is_fresh(request):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('upheld:second-factor')}?{query}")
    days = request.GET.get("days", "")
    chosen = int(days) if days.isdecimal() and int(days) in PERIODS else 7
    found = report(chosen)
    assert found is not None  # there is a rule
    return render(request, "upheld/console_visits.html", _shown(found, chosen))


def _shown(found: Report, days: int) -> dict[str, Any]:
    tables = [
        {
            "measure": measure,
            "title": title,
            "head": head,
            "lines": [_named(line, measure) for line in found.tables[measure]],
            "visitors": any(line.visitors for line in found.tables[measure]),
        }
        for measure, (title, head) in TITLES.items()
        if found.tables[measure]
    ]
    return {
        "report": found,
        "chosen": days,
        "periods": PERIODS,
        "wide": [table for table in tables if table["measure"] in OPEN],
        "tables": [table for table in tables if table["measure"] not in OPEN],
        "times": _times(found),
        "trouble": [
            *(
                {"line": _named(line, "page"), "what": f"answered {line.detail}"}
                for line in found.faults
            ),
            *(
                {"line": _named(line, "page"), "what": f"script: {line.detail}"}
                for line in found.errors
            ),
        ],
        "events": [_named(line, "page") for line in found.events],
        "charts": {
            "days": {
                "x": [day.day.isoformat() for day in found.days],
                "views": [day.views for day in found.days],
                "visitors": [day.visitors for day in found.days],
            },
            "hours": {
                "x": [int(line.value) for line in found.hours],
                "views": [line.views for line in found.hours],
            },
        },
        "few": any(day.views is None for day in found.days),
    }


def _named(line: Line, measure: str) -> dict[str, Any]:
    """A line with its value in words."""
    name: dict[str, Any]
    if line.value == "*":
        name = {"words": "all others", "routes": ()}
    elif measure == "step":
        name = {"words": "", "routes": [_page(page) for page in line.value.split(" > ")]}
    elif measure == "page":
        name = {"words": "", "routes": [_page(line.value)]}
    else:
        name = {"words": line.value or "not told", "routes": ()}
    return {"name": name, "line": line}


def _page(value: str) -> dict[str, str]:
    """A page: the words of its address, if it has some, and its route."""
    route, _, said = value.partition(" ")
    return {"route": route, "words": said.replace("-", " ")}


def _times(found: Report) -> list[dict[str, Any]]:
    """A row for each page: how long it took to make and to load, and was looked at."""
    rows: dict[str, dict[str, Any]] = {}
    for what, told, ends, unit in (
        ("made", found.speed, SPEED, "ms"),
        ("loaded", found.load, SPEED, "ms"),
        ("looked", found.dwell, DWELL, "s"),
    ):
        for one in told:
            row = rows.setdefault(one.value, {"name": _timed(one.value)})
            row[what] = words(one.median, ends, unit)
            if one.slowest is not None and one.slowest > one.median:
                row[f"{what}_slowest"] = words(one.slowest, ends, unit)
    return list(rows.values())


def _timed(value: str) -> dict[str, Any]:
    return {"words": "all pages"} if not value else {"routes": [_page(value)]}
