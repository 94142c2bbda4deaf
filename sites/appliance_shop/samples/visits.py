"""Visits of the month before today, as the daily job would have summed them up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from django.conf import settings
from oscar.core.loading import get_model

from upheld.browser.visits.models import VisitTotal
from upheld.browser.visits.moments import now

DAYS = 30
BY_HOUR = (1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 8, 8, 9, 8, 7, 7, 8, 9, 11, 13, 12, 9, 5, 2)
SHARES: dict[str, tuple[tuple[str, int], ...]] = {
    "country": (("US", 70), ("CA", 14), ("GB", 9), ("*", 7)),
    "device": (("phone", 55), ("desktop", 36), ("tablet", 9)),
    "system": (("iOS", 34), ("Android", 25), ("Windows", 24), ("macOS", 13), ("Linux", 4)),
    "browser": (("Safari", 43), ("Chrome", 40), ("Firefox", 9), ("Edge", 6), ("*", 2)),
    "visit": (("1 page", 12), ("2 or 3 pages", 11), ("4 to 9 pages", 9), ("10 pages or more", 3)),
    "stay": (("0 to 5 s", 5), ("30 to 60 s", 9), ("60 to 180 s", 12), ("180 to 600 s", 7)),
}

TIMES = {
    "speed": (0, 50, 50),
    "speed90": (50, 100),
    "load": (250, 500),
    "load90": (500, 1000),
    "dwell": (10, 30, 60),
}
"""Buckets that a page's times fall into."""


def make_visits(chance: Random) -> int:
    """Write the totals; returns of how many days. Without the engine no visits are counted."""
    if not settings.GUARD:
        return 0
    products = get_model("catalogue", "Product").objects.filter(structure="standalone")
    goods = [f"catalogue:detail {slug}" for slug in products.values_list("slug", flat=True)[:12]]
    pages = ["home", "catalogue:index", *goods, "basket:summary", "about", "shipping-policy"]
    today = now().day
    for ago in range(DAYS, 0, -1):
        VisitTotal.objects.bulk_create(_day(chance, today - timedelta(days=ago), pages))
    return DAYS


def _day(chance: Random, day: date, pages: list[str]) -> Iterator[VisitTotal]:
    weekend = 1.3 if day.weekday() > 4 else 1.0
    views = round(chance.uniform(520, 760) * weekend)
    visitors = views // 4
    yield VisitTotal(day=day, measure="total", views=views, visitors=visitors)
    for hour, share in enumerate(BY_HOUR):
        count = round(views * share / sum(BY_HOUR) * chance.uniform(0.8, 1.2))
        shown = count if count >= 12 else None
        yield VisitTotal(day=day, measure="hour", value=f"{hour:02}", views=shown)
    weights = [1 / (place + 1.5) for place in range(len(pages))]
    for page, weight in zip(pages, weights, strict=True):
        count = round(views * weight / sum(weights) * chance.uniform(0.8, 1.2))
        if count // 3 < 10:
            continue
        yield VisitTotal(day=day, measure="page", value=page, views=count, visitors=count // 3)
        for measure, ends in TIMES.items():
            end = chance.choice(ends)
            yield VisitTotal(day=day, measure=measure, value=page, detail=str(end), views=count)
        if page != "home":
            step = f"home > {page}"
            yield VisitTotal(
                day=day, measure="step", value=step, views=count // 2, visitors=count // 4
            )
    yield VisitTotal(day=day, measure="page", value="*", views=views // 20, visitors=views // 40)
    for measure, shares in SHARES.items():
        for value, share in shares:
            count = round(views * share / 100 * chance.uniform(0.9, 1.1))
            people = None if measure in ("visit", "stay") else max(10, count // 4)
            yield VisitTotal(day=day, measure=measure, value=value, views=count, visitors=people)
    if not day.day % 9:
        yield VisitTotal(day=day, measure="fault", value="(unknown)", detail="404", views=3)
