"""The daily job's part: days that are over become totals, and what was kept for them goes."""

from __future__ import annotations

from datetime import date, timedelta

from upheld.browser.visits import partitions
from upheld.browser.visits.models import Visit, VisitCell, VisitSalt, VisitTotal
from upheld.browser.visits.moments import now
from upheld.browser.visits.rolling import roll_up
from upheld.browser.visits.rules import rule_in_force
from upheld.browser.visits.salts import destroy_others
from upheld.disposal.housekeeping import chore

AHEAD = 7
"""Days for which partitions are made ahead."""


def registered() -> None:
    """Loading this module adds the chore; called at start-up, so that it is never forgotten."""


@chore("visits")
def tidy(using: str) -> int:
    """Sum up the days that are over, destroy their salts, and end single views whose time is
    over. Where no visits are counted any more, nothing of them is kept but the totals."""
    today = now().day
    rule = rule_in_force()
    if rule is None:
        gone = VisitSalt.objects.using(using).all().delete()[0]
        gone += VisitCell.objects.using(using).all().delete()[0]
        return gone + partitions.drop(today + timedelta(days=AHEAD + 1), using)
    partitions.make({today + timedelta(days=ahead) for ahead in range(AHEAD + 1)}, using)
    count = destroy_others(today, using)
    for day in open_days(using, before=today):
        count += roll_up(day, rule, using)
    return count + partitions.drop(rule.oldest(today), using)


def open_days(using: str, before: date) -> list[date]:
    """Days that are over and not summed up, or of which sketches or numbers are left."""
    rows = Visit.objects.using(using).filter(day__lt=before)
    cells = VisitCell.objects.using(using).filter(day__lt=before)
    days = {*cells.values_list("day", flat=True).distinct()}
    days |= {*rows.filter(visit__isnull=False).values_list("day", flat=True).distinct()}
    days |= {*rows.values_list("day", flat=True).distinct()} - _summed_up(using)
    return sorted(days)


def _summed_up(using: str) -> set[date]:
    totals = VisitTotal.objects.using(using).filter(measure="total")
    return set(totals.values_list("day", flat=True))
