"""A day begins, is counted, ends and is summed up: salts, sketches, totals, retention."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from django.test import Client

from tests.visits.conftest import BRUNEI
from upheld.browser.visits.buffer import BUFFER
from upheld.browser.visits.models import Visit, VisitCell, VisitSalt, VisitTotal
from upheld.browser.visits.moments import now, seconds_left
from upheld.browser.visits.reports import report
from upheld.browser.visits.seen import Seen
from upheld.browser.visits.sketch import LARGE, SMALL, Sketch
from upheld.browser.visits.sweeping import tidy
from upheld.browser.visits.writing import write
from upheld.datamap.active import Active

pytestmark = pytest.mark.django_db


def views(page: str, visitors: int, **more: str) -> list[Seen]:
    return [
        Seen(*now(), "view", page, visitor=secrets.token_bytes(16), **more)  # type: ignore[arg-type]
        for _ in range(visitors)
    ]


@pytest.mark.parametrize("many", [0, 1, 3, 10, 100, 1000, 50_000])
def test_a_sketch_counts_about_right_and_never_promises_too_much(many: int) -> None:
    for size, error in ((SMALL, 0.25), (LARGE, 0.06)):
        sketch = Sketch(size)
        chance = Random(many)
        sketch.add(chance.getrandbits(64) for _ in range(many))
        assert sketch.at_least <= many
        assert abs(sketch.estimate - many) <= max(2, many * error)


def test_sketches_merge_to_the_sketch_of_all() -> None:
    chance = Random(500)
    marks = [chance.getrandbits(64) for _ in range(500)]
    first, second, both = Sketch(), Sketch(), Sketch()
    first.add(marks[:300])
    second.add(marks[200:])
    both.add(marks)
    first.merge(bytes(second.registers))
    assert first.registers == both.registers
    with pytest.raises(ValueError, match="sketches of different sizes do not merge"):
        first.merge(bytes(LARGE))


def test_workers_share_a_salt_and_count_a_visitor_once(
    counted: Active, visitor: Callable[..., Client]
) -> None:
    for _ in range(2):  # two batches, as of two workers
        visitor().get("/")
        visitor(address="2001:db8::7").get("/")
        BUFFER.flush()
    cell = VisitCell.objects.get(measure="total")
    assert Sketch(bytes(cell.registers)).estimate == 2
    assert VisitSalt.objects.count() == 1


def test_the_salt_goes_with_the_first_view_of_the_next_day(
    counted: Active, visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    at("2026-11-22T23:59+00:00")
    visitor().get("/")
    BUFFER.flush()
    first = VisitSalt.objects.get().salt
    at("2026-11-23T00:00+00:00")
    visitor().get("/")
    BUFFER.flush()
    assert [row.day for row in VisitSalt.objects.all()] == [date(2026, 11, 23)]
    assert VisitSalt.objects.get().salt != first


@pytest.mark.parametrize("jump", ["2031-01-01T12:00+00:00", "2020-01-01T12:00+00:00"])
def test_a_clock_that_jumps_leaves_no_salt_behind(
    jump: str, counted: Active, visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    for moment in ("2026-11-22T12:00+00:00", jump, "2026-11-22T12:01+00:00"):
        at(moment)
        visitor().get("/")
        BUFFER.flush()
        assert VisitSalt.objects.get().day == now().day
    assert Visit.objects.count() == 3


def test_a_view_of_before_midnight_written_after_keeps_its_day(
    counted: Active, visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    at("2026-11-22T23:59+00:00")
    visitor().get("/")
    at("2026-11-23T00:00+00:00")
    BUFFER.flush()
    row = Visit.objects.get()
    # Its salt was never made, so nobody counted it among visitors.
    assert (row.day, row.hour, row.visit) == (date(2026, 11, 22), 23, None)
    assert not VisitCell.objects.exists()


def test_hours_are_those_of_the_site_also_when_clocks_change(
    counted: Active, settings: object, at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from upheld.conf import conf

    there = replace(conf(), ZONE="America/New_York")
    monkeypatch.setattr("upheld.browser.visits.moments.conf", lambda: there)
    found = []
    for moment in (
        "2026-03-08T06:59+00:00",  # forward: 1:59, then 3:00
        "2026-03-08T07:00+00:00",
        "2026-11-01T05:30+00:00",  # back: 1:30 twice
        "2026-11-01T06:30+00:00",
        "2026-11-02T04:59+00:00",
    ):
        at(moment)
        found.append((now().day.isoformat(), now().hour))
        assert 1 <= seconds_left() <= 86_400
    assert found == [
        ("2026-03-08", 1),
        ("2026-03-08", 3),
        ("2026-11-01", 1),
        ("2026-11-01", 1),
        ("2026-11-01", 23),
    ]


def test_small_groups_are_left_out_by_visitors_not_by_views(counted: Active) -> None:
    one = views("word few", 1)
    write([*views("home", 5, country="BN"), *one * 20, *views("word few", 1, country="MY")])
    found = report(1)
    assert found is not None
    pages = [(line.value, line.views, line.visitors) for line in found.tables["page"]]
    assert pages == [("home", 5, 5), ("*", None, None)]
    countries = [(line.value, line.views) for line in found.tables["country"]]
    assert countries == [("BN", 5), ("*", None)]


def test_a_day_of_too_few_visitors_says_nothing(counted: Active) -> None:
    write(views("home", 2))
    found = report(1)
    assert found is not None
    assert [(day.views, day.visitors) for day in found.days] == [(None, None)]
    assert found.tables["page"] == ()


def test_the_sweep_sums_up_and_drops(counted: Active, at: Callable[[str], None]) -> None:
    at("2026-11-19T12:00+00:00")
    write([one._replace(visit=b"number") for one in views("home", 6, browser="Firefox")])
    at("2026-11-20T03:10+00:00")
    tidy("default")
    assert not VisitSalt.objects.exists()
    assert not VisitCell.objects.exists()
    assert set(Visit.objects.values_list("visit", flat=True)) == {None}
    total = VisitTotal.objects.get(day=date(2026, 11, 19), measure="total")
    assert (total.views, total.visitors) == (6, 6)
    before = VisitTotal.objects.count()
    tidy("default")
    assert VisitTotal.objects.count() == before
    assert Visit.objects.count() == 6
    at("2026-11-22T03:10+00:00")
    tidy("default")
    assert not Visit.objects.exists()
    assert VisitTotal.objects.count() == before
    found = report(7)
    assert found is not None
    assert found.views == 6


def test_a_site_that_stops_counting_keeps_totals_alone(
    counted: Active, at: Callable[[str], None]
) -> None:
    write(views("home", 3))
    from upheld.datamap.active import override
    from upheld.policy.types import Policy

    policy: Policy = counted.policy
    purposes = {id: rule for id, rule in policy.purposes.items() if id != "counting"}
    import dataclasses

    bare = dataclasses.replace(policy, purposes=purposes, cookies={}, visits=type(policy.visits)())
    with override(policy=bare):
        write(views("home", 3))  # nobody may write it any more
        tidy("default")
        assert report(7) is None
    assert not Visit.objects.exists()
    assert not VisitSalt.objects.exists()


def test_the_command_says_what_the_page_says(counted: Active) -> None:
    import io
    import json
    from argparse import Namespace

    from upheld.browser.visits.commands import COMMANDS

    write(views("home", 5, country="BN"))
    out = io.StringIO()
    options = Namespace(days=1, database="default", json=True)
    assert COMMANDS["visits"].run(options, out) == 0
    said = json.loads(out.getvalue())
    assert (said["views"], said["tables"]["country"][0]["value"]) == (5, "BN")
    assert BRUNEI not in out.getvalue()
