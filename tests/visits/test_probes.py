"""Each probe finds its promise kept, and says so when the protection behind it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models
from django.http import HttpRequest

from tests.proving.conftest import found
from tests.visits.conftest import EVERYTHING, counting
from upheld.browser.visits import (
    counted,
    middleware,
    pages,
    salts,
    seeing,
    seen,
    writing,
)
from upheld.browser.visits.models import Visit, VisitCell
from upheld.browser.visits.moments import now
from upheld.browser.visits.rules import Rule
from upheld.browser.visits.sketch import Sketch
from upheld.datamap.active import override
from upheld.proving.registry import all_probes

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch

PROBES = (
    "visits.counted",
    "visits.address",
    "visits.account",
    "visits.time",
    "visits.path",
    "visits.number",
    "visits.signal",
    "visits.salt",
    "visits.groups",
    "visits.kept",
    "visits.readers",
)


@pytest.fixture(autouse=True)
def _governed() -> Iterator[None]:
    with override(policy=counting()):
        yield


def test_these_are_all() -> None:
    from upheld.datamap.active import active

    ids = [probe.id for probe in all_probes(active()) if probe.id.startswith("visits.")]
    assert ids == list(PROBES)


@pytest.mark.parametrize("probe", PROBES)
def test_it_is_kept(probe: str) -> None:
    finding = found(probe)
    assert finding.result == "kept", finding.detail


def test_a_probe_leaves_nothing() -> None:
    from upheld.browser.visits.buffer import BUFFER

    for probe in PROBES:
        found(probe)
    assert not Visit.objects.exists()
    assert not VisitCell.objects.exists()
    assert len(BUFFER) == 0


def no_middleware(patch: Patch) -> None:
    patch.setattr(middleware, "count", lambda *_: None)


def whole_agent(patch: Patch) -> None:
    patch.setattr(seeing, "_browser", lambda agent, store: "Macintosh")


def waiting_address(patch: Patch) -> None:
    patch.setattr(seeing, "_visitor", lambda address, agent: str(address).encode())


def session_as_visit(patch: Patch) -> None:
    def number_of(request: HttpRequest, rule: Rule) -> bytes:
        return (request.session.session_key or "none").encode()

    def row(one: seen.Seen, known: Any) -> Any:
        values = list(real(one, known))
        values[12] = one.visit.decode()
        return tuple(values)

    real = writing._row
    patch.setattr(seeing, "number_of", number_of)
    patch.setattr(writing, "_row", row)


def query_as_page(patch: Patch) -> None:
    real = seeing.view

    def view(request: HttpRequest, rule: Rule, took: float) -> Any:
        one = real(request, rule, took)
        return one and one._replace(detail=request.GET.get("mail", ""))

    patch.setattr(middleware, "view", view)


def in_order(patch: Patch) -> None:
    numbers_of_rows = iter(range(1, 10_000))
    patch.setattr(writing.secrets, "randbits", lambda bits: next(numbers_of_rows))


def whole_words(patch: Patch) -> None:
    patch.setattr(pages, "_plain", lambda value: str(value or ""))


def whole_referrer(patch: Patch) -> None:
    patch.setattr(seeing, "host_of", lambda address: ("", "") if not address else (address, ""))
    patch.setattr(seeing, "outside", lambda host: host)


def number_without_salt(patch: Patch) -> None:
    real = salts.digest
    patch.setattr(writing, "digest", lambda value, salt: real(value, b""))


def everybody_counts(patch: Patch) -> None:
    patch.setattr(counted.consent, "signal", lambda request: "")


def salts_stay(patch: Patch) -> None:
    patch.setattr(salts, "destroy_others", lambda today, using: 0)


def views_for_visitors(patch: Patch) -> None:
    patch.setattr(Sketch, "at_least", property(lambda sketch: 1_000_000))


def open_to_all(patch: Patch) -> None:
    from django.http import HttpResponse

    from upheld import urls

    for one in urls.urlpatterns:
        if one.name == "console-visits":
            patch.setattr(one, "callback", lambda request: HttpResponse("the report"))


def never_swept(patch: Patch) -> None:
    from datetime import timedelta

    old = now().day - timedelta(days=30)
    writing.write([seen.Seen(old, 1, "view", "home")], using="default")


SABOTAGE: tuple[tuple[str, Callable[[Patch], None], str], ...] = (
    (
        "visits.counted",
        no_middleware,
        "a page was shown and not counted: is `VisitsMiddleware` there?",
    ),
    ("visits.address", waiting_address, "a visitor's address or browser waits in memory"),
    ("visits.address", whole_agent, "a visitor's address or browser is stored"),
    ("visits.account", session_as_visit, "the value of the cookie `sessionid` is stored"),
    ("visits.account", query_as_page, "a view leads to an account, an order or a letter"),
    ("visits.time", in_order, "views lie in the order in which they came"),
    ("visits.path", whole_words, "`word` stores `100042`"),
    ("visits.path", query_as_page, "what stood in an address or a referrer is stored"),
    ("visits.path", whole_referrer, "what stood in an address or a referrer is stored"),
    (
        "visits.number",
        number_without_salt,
        "the number of a visit can be made again without the salt",
    ),
    ("visits.signal", everybody_counts, "a view with `HTTP_SEC_GPC` was counted"),
    ("visits.salt", salts_stay, "the first view of a day leaves the salt of another"),
    ("visits.groups", views_for_visitors, "a page that fewer than 3 visitors saw is shown"),
    ("visits.kept", never_swept, "1 views are kept longer than 2 days"),
    ("visits.readers", open_to_all, "the report answers 200"),
)


@pytest.mark.parametrize(
    ("probe", "sabotage", "detail"), SABOTAGE, ids=[f"{s[0]}-{s[1].__name__}" for s in SABOTAGE]
)
def test_it_is_broken(
    probe: str,
    sabotage: Callable[[Patch], None],
    detail: str,
    monkeypatch: Patch,
    settings: Any,
) -> None:
    sabotage(monkeypatch)
    finding = found(probe)
    assert (finding.result, finding.detail) == ("broken", detail)


def test_every_probe_is_sabotaged() -> None:
    assert {one[0] for one in SABOTAGE} == set(PROBES)


def test_a_salt_of_last_week_is_found(monkeypatch: Patch) -> None:
    from datetime import timedelta

    from upheld.browser.visits.models import VisitSalt

    VisitSalt.objects.create(day=now().day - timedelta(days=7), salt="00" * 32)
    assert found("visits.salt").detail == (
        "a salt of an earlier day is still there: run `manage.py upheld sweep` daily"
    )


def test_a_key_to_a_person_is_found(monkeypatch: Patch) -> None:
    fields = [*Visit._meta.get_fields(), models.ForeignKey("auth.User", models.CASCADE)]
    monkeypatch.setattr(Visit._meta, "get_fields", lambda *_, **__: fields)
    assert found("visits.account").detail == "`upheld_visit` and other rows are linked"


def test_a_finer_time_is_found(monkeypatch: Patch) -> None:
    at = models.DateTimeField()
    at.set_attributes_from_name("at")
    fields = (*Visit._meta.concrete_fields, at)
    monkeypatch.setitem(Visit._meta.__dict__, "concrete_fields", fields)
    assert found("visits.time").detail == "`upheld_visit.at` keeps a time"


def test_without_a_cookie_nothing_ties_views_together() -> None:
    import dataclasses

    with override(policy=counting(dataclasses.replace(EVERYTHING, cookie=""))):
        assert found("visits.number").detail == "views are not tied together"


def test_a_report_without_a_post_is_found() -> None:
    with override(policy=counting(posts=())):
        assert found("visits.readers").detail == (
            "no post is named: nobody can be held to what the report is for"
        )
