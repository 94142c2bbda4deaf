"""From a page that was shown to a row that says no more than it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.visits.conftest import BRUNEI, CHROME, PHONE
from upheld.browser.visits.buffer import BUFFER
from upheld.browser.visits.models import Visit
from upheld.datamap.active import Active

pytestmark = pytest.mark.django_db


def rows(kind: str = "view") -> list[Visit]:
    BUFFER.flush()
    return list(Visit.objects.filter(kind=kind).order_by("page"))


def test_a_view_is_an_hour_a_page_and_families(
    counted: Active, visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    at("2026-11-22T10:59:59+00:00")
    headers = {
        "HTTP_REFERER": "https://user:word@search.example:8443/find?q=my+name#top",
        "HTTP_ACCEPT_LANGUAGE": "xx, ms-BN;q=0.9, en;q=0.8",
    }
    visitor(agent=PHONE, **headers).get("/?order=100042&mail=ann@mail.example")
    (row,) = rows()
    assert (row.day.isoformat(), row.hour, row.page) == ("2026-11-22", 10, "home")
    assert (row.referrer, row.previous) == ("search.example", "")
    assert (row.language, row.country) == ("ms", "BN")
    assert (row.browser, row.system, row.device) == ("Safari", "iOS", "phone")


@pytest.mark.parametrize(
    "path",
    ["/data/", "/me/", "/patients/7/", "/dispatch/7/", "/privacy/me/", "/nowhere/", "/wrong/"],
)
def test_what_is_no_page_or_left_out_is_no_view(
    path: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    visitor().get(path)
    assert rows() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    ],
)
def test_what_nobody_opened_is_no_view(
    headers: dict[str, str], counted: Active, visitor: Callable[..., Client]
) -> None:
    visitor(**headers).get("/")
    assert rows() == []


def test_other_methods_are_no_views(counted: Active, visitor: Callable[..., Client]) -> None:
    visitor().post("/")
    visitor().head("/")
    assert rows() == []


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; Searchbot/2.1; +https://search.example/bot.html)",
        CHROME.replace("Chrome/", "HeadlessChrome/"),
    ],
)
def test_programs_are_not_counted(
    agent: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    visitor(agent=agent).get("/")
    assert rows() == []


@pytest.mark.parametrize("signal", ["HTTP_SEC_GPC", "HTTP_DNT"])
def test_a_signal_leaves_nothing(
    signal: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    client = visitor(**{signal: "1"})
    page = client.get("/")
    client.get("/wrong/")
    assert b"<script" not in page.content
    assert not page.cookies
    assert len(BUFFER) == 0


def test_a_site_whose_policy_does_not_count_counts_nothing(visitor: Callable[..., Client]) -> None:
    assert b"<script" not in visitor().get("/").content
    assert len(BUFFER) == 0


def test_a_fault_is_a_page_and_a_status(counted: Active, visitor: Callable[..., Client]) -> None:
    client = visitor(agent="scanner/1")
    client.get("/wrong/")
    client.get("/cgi-bin/ann@mail.example/passwd")
    found = [(row.page, row.number, row.browser, row.country) for row in rows("fault")]
    assert found == [("(unknown)", 404, "", ""), ("wrong", 503, "", "")]


def test_the_policy_says_what_is_stored(
    visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    from tests.visits.conftest import counting
    from upheld.datamap.active import override
    from upheld.policy.types import Visits

    at("2026-11-22T10:00+00:00")
    with override(policy=counting(Visits(store=("browser", "version")))):
        page = visitor(HTTP_REFERER="https://search.example/", HTTP_ACCEPT_LANGUAGE="en").get("/")
        visitor().get("/wrong/")
        (row,) = rows()
    assert row.browser == "Chrome 126"
    for name in ("referrer", "language", "country", "system", "device", "previous"):
        assert getattr(row, name) == ""
    assert (row.number, row.visit) == (0, None)
    assert not page.cookies
    assert rows("fault") == []


def test_a_path_leads_from_page_to_page(counted: Active, visitor: Callable[..., Client]) -> None:
    client = visitor()
    client.get("/")
    client.get("/words/cast-iron-kettle/", HTTP_REFERER="http://testserver/?token=secret")
    first, second = rows()
    assert (second.page, second.previous, second.referrer) == ("word cast-iron-kettle", "home", "")
    assert first.visit == second.visit
    assert first.visit is not None


def test_visits_of_two_browsers_are_apart(counted: Active, visitor: Callable[..., Client]) -> None:
    visitor().get("/")
    visitor().get("/")
    first, second = rows()
    assert first.visit != second.visit


def test_rows_do_not_lie_in_the_order_they_came(
    counted: Active, visitor: Callable[..., Client]
) -> None:
    client = visitor()
    words = [f"word-{letter}" for letter in "abcdefghijklmnop"]
    for word in words:
        client.get(f"/words/{word}/")
    BUFFER.flush()
    by_id = list(Visit.objects.order_by("id").values_list("page", flat=True))
    assert sorted(by_id) == [f"word {word}" for word in words]
    assert by_id != sorted(by_id)


def test_counting_never_breaks_a_page(
    counted: Active,
    visitor: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(f"could not read {BRUNEI}")

    monkeypatch.setattr("upheld.browser.visits.middleware.view", broken)
    assert visitor().get("/").status_code == 200
    assert [record.getMessage() for record in caplog.records if record.name == "upheld.visits"] == [
        "a page view was not counted: RuntimeError"
    ]
