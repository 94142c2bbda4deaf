"""What browsers and others send that is forged, broken, too long, too often or too telling."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.visits.conftest import BRUNEI, CHROME
from upheld.browser.visits import rates
from upheld.browser.visits.addresses import address_of, country_of
from upheld.browser.visits.agents import agent_of
from upheld.browser.visits.buffer import BUFFER
from upheld.browser.visits.languages import language_of
from upheld.browser.visits.marks import mark_of
from upheld.browser.visits.models import Visit, VisitCell
from upheld.browser.visits.referrers import host_of, outside
from upheld.conf import conf
from upheld.datamap.active import Active

pytestmark = pytest.mark.django_db

NOT_OURS = "the beacon's page was not shown by this site (send the mark as it stands there)"
NO_PAGE = "the beacon names no page (send the mark of the page as `page`)"
NO_LIST = "`events` of the beacon is no short list (at most 10 names)"
NO_EVENT = "`events` of the beacon has a name that is not known (known: sample-ordered)"
NO_ERROR = (
    "`errors` of the beacon has a name that is not known (known: Error, EvalError, RangeError,"
    " ReferenceError, SecurityError, SyntaxError, TypeError, URIError, promise, resource)"
)
UNKNOWN = "the beacon says something unknown (known: errors, events, loaded, page, seconds)"


def send(client: Client, said: object, **headers: str) -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    given: dict[str, Any] = {"content_type": "application/json", **headers}
    return client.post("/privacy/visit/", body, **given)


def told() -> list[tuple[str, str, int, str]]:
    BUFFER.flush()
    rows = Visit.objects.exclude(kind__in=("view", "fault")).order_by("kind", "detail")
    return [(row.kind, row.page, row.number, row.detail) for row in rows]


def test_a_beacon_tells_buckets_and_known_names(
    counted: Active, visitor: Callable[..., Client]
) -> None:
    said = {
        "page": mark_of("home"),
        "seconds": 47,
        "loaded": 812,
        "events": ["sample-ordered"],
        "errors": ["TypeError", "resource"],
    }
    assert send(visitor(), said).status_code == 204
    assert told() == [
        ("dwell", "home", 30, ""),
        ("error", "home", 0, "TypeError"),
        ("error", "home", 0, "resource"),
        ("event", "home", 0, "sample-ordered"),
        ("load", "home", 500, ""),
    ]


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"page": "2026-11-22 home:forged"}, NOT_OURS),
        ({"page": None}, NO_PAGE),
        ({"page": "x" * 301}, NO_PAGE),
        ({"page": ["home"]}, NO_PAGE),
        ({"seconds": -1}, "`seconds` of the beacon is no number that can be (0 or more)"),
        ({"seconds": True}, "`seconds` of the beacon is no number that can be (0 or more)"),
        ({"seconds": "47"}, "`seconds` of the beacon is no number that can be (0 or more)"),
        ({"seconds": 1e308}, "`seconds` of the beacon is no number that can be (0 or more)"),
        ({"loaded": float("nan")}, "`loaded` of the beacon is no number that can be (0 or more)"),
        ({"events": "sample-ordered"}, NO_LIST),
        ({"events": ["sample-ordered"] * 11}, NO_LIST),
        ({"events": ["ann@mail.example"]}, NO_EVENT),
        ({"errors": [{"stack": "at ann"}]}, NO_ERROR),
        ({"account": 42}, UNKNOWN),
    ],
)  # fmt: skip
def test_a_beacon_that_cannot_be_is_refused_and_nothing_kept(
    change: dict[str, object], answer: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    response = send(visitor(), {"page": mark_of("home"), "seconds": 5} | change)
    assert (response.status_code, response.content.decode()) == (400, answer)
    assert len(BUFFER) == 0


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff\xfe", b"[" * 1000, b"null"])
def test_what_is_no_object_is_refused(
    body: bytes, counted: Active, visitor: Callable[..., Client]
) -> None:
    response = send(visitor(), body)
    assert response.status_code == 400
    assert response.content.decode() == 'the beacon is no JSON object (send `{"page": ...}`)'


def test_a_beacon_too_long_of_another_type_or_site_is_refused(
    counted: Active, visitor: Callable[..., Client]
) -> None:
    said = {"page": mark_of("home")}
    client = visitor()
    assert send(client, b"x" * 1025).status_code == 413
    assert client.post("/privacy/visit/", said).status_code == 415
    assert send(client, said, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert send(client, said, HTTP_ORIGIN="https://other.example").status_code == 403
    assert client.get("/privacy/visit/").status_code == 405
    assert send(client, said, HTTP_ORIGIN="http://testserver").status_code == 204
    assert len(BUFFER) == 0


def test_a_mark_lasts_till_tomorrow(
    counted: Active, visitor: Callable[..., Client], at: Callable[[str], None]
) -> None:
    at("2026-11-22T23:59+00:00")
    said = {"page": mark_of("home"), "seconds": 5}
    at("2026-11-23T23:59+00:00")
    assert send(visitor(), said).status_code == 204
    for other_day in ("2026-11-24T00:00+00:00", "2026-11-21T12:00+00:00"):
        at(other_day)
        assert send(visitor(), said).content.decode() == (
            "the beacon's page was shown too long ago (load the page again)"
        )


@pytest.mark.parametrize("header", ["HTTP_SEC_GPC", "HTTP_DNT"])
def test_a_beacon_of_who_refuses_is_not_read(
    header: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    assert send(visitor(**{header: "1"}), b"{").status_code == 204
    assert len(BUFFER) == 0


def test_a_program_tells_nothing(counted: Active, visitor: Callable[..., Client]) -> None:
    assert send(visitor(agent="curl/8"), {"page": mark_of("home"), "seconds": 5}).status_code == 204
    assert len(BUFFER) == 0


def test_a_flood_of_beacons_and_faults_meets_its_bound(
    counted: Active, visitor: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "conf", lambda: replace(conf(), VISITS_RATE=5))
    monkeypatch.setattr(rates, "monotonic", lambda: 100.0)
    monkeypatch.setattr("upheld.pages.visit.RATE", rates.Rate())
    client = visitor()
    said = {"page": mark_of("home"), "seconds": 5}
    answers = [send(client, said, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(8)]
    assert answers == [204] * 5 + [429] * 3
    assert len(BUFFER) == 5


def test_more_than_may_wait_is_lost_and_said(
    counted: Active, visitor: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(conf(), VISITS_WAITING=3)
    monkeypatch.setattr("upheld.browser.visits.buffer.conf", lambda: few)
    client = visitor()
    for _ in range(5):
        assert client.get("/").status_code == 200
    assert (len(BUFFER), BUFFER.lost) == (3, 2)
    BUFFER.flush()
    assert Visit.objects.filter(kind="view").count() == 3
    assert Visit.objects.get(kind="lost").number == 2


def test_invented_values_fill_no_table(
    counted: Active, visitor: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upheld.browser.visits.cells.MOST", 4)
    client = visitor()
    for letter in "abcdefgh":
        client.get("/", HTTP_REFERER=f"https://{letter}.example/")
    BUFFER.flush()
    assert VisitCell.objects.filter(measure="referrer").exclude(value="").count() == 4


@pytest.mark.parametrize(
    "path",
    [
        "/people/ann@mail.example/",
        "/people/reset/Xk29fQ8aLr71mZp0/",
        "/orders/100042/7f3a9d8c2b1e4f60/",
        "/words/7f3a9d8c2b1e4f60/",
        "/words/100042/",
        "/words/abcdefghijklmnopqrstuvwxyz/",
        "/words/Ann/",
    ],
)
def test_what_an_address_carries_is_cut(
    path: str, counted: Active, visitor: Callable[..., Client]
) -> None:
    visitor().get(path)
    BUFFER.flush()
    page = Visit.objects.get(kind="view").page
    assert page in ("tests.visits.urls.page", "order", "word")


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://search.example/?q=my+illness#part", "search.example"),
        ("https://ann:secret@search.example:444/", "search.example"),
        ("https://SEARCH.example./", "search.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://7f3a9d8c2b1e.mail.example/", "mail.example"),
        ("https://abcdefghijklmnopqrstuvwxyz.example/", ""),
        ("https://203.0.113.9/", ""),
        ("https://[2001:db8::1]/", ""),
        ("http://intranet/", ""),
        ("http://wiki.corp/", ""),
        ("javascript:alert(1)", ""),
        ("android-app://mail.example/", ""),
        ("https://[broken/", ""),
        ("https://search.example/" + "x" * 3000, ""),
        ("\x00", ""),
    ],
)
def test_of_a_referrer_only_a_public_host_is_kept(referrer: str, host: str) -> None:
    found, _ = host_of(referrer)
    assert (outside(found) if found else "") == host


@pytest.mark.parametrize(
    ("meta", "proxies", "address"),
    [
        ({"REMOTE_ADDR": "192.0.2.1"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": "fe80::1%eth0"}, 0, "fe80::1"),
        ({"REMOTE_ADDR": "unix:"}, 0, None),
        ({}, 0, None),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, 0, "192.0.2.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, 1, "198.51.100.1"),
        ({"HTTP_X_FORWARDED_FOR": "1.1.1.1, 198.51.100.1"}, 1, "198.51.100.1"),
        ({"HTTP_X_FORWARDED_FOR": "1.1.1.1, 198.51.100.1, 10.0.0.2"}, 2, "198.51.100.1"),
        ({"HTTP_X_FORWARDED_FOR": "[2001:db8::1]:443"}, 1, "2001:db8::1"),
        ({"HTTP_X_FORWARDED_FOR": "198.51.100.1:5123"}, 1, "198.51.100.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, 2, None),
        ({"REMOTE_ADDR": "10.0.0.1"}, 1, None),
        ({"HTTP_X_FORWARDED_FOR": "unknown"}, 1, None),
    ],
)
def test_an_address_is_believed_of_own_proxies_alone(
    meta: dict[str, str], proxies: int, address: str | None
) -> None:
    found = address_of(meta, proxies)
    assert (str(found) if found else None) == address


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("202.93.208.1", "BN"),
        ("193.0.6.139", "NL"),
        ("2001:67c:2e8::1", "NL"),
        ("192.0.2.1", ""),
        ("203.0.113.9", ""),
        ("2001:db8::1", ""),
        ("10.1.2.3", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
    ],
)
def test_countries_of_stable_ranges_and_of_none(address: str, country: str) -> None:
    assert country_of(address_of({"REMOTE_ADDR": address})) == country


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH, en;q=0.5", "de"),
        ("en;q=0.1, ms;q=0.9", "ms"),
        ("*", ""),
        ("xx-invented", ""),
        ("en;q=nonsense", ""),
        ("en;q=0", ""),
        ("", ""),
        ("en," * 500, "en"),
    ],
)
def test_a_language_is_a_known_first_subtag(header: str, language: str) -> None:
    assert language_of(header) == language


def test_a_description_as_long_as_a_book_is_read_like_any() -> None:
    assert agent_of(CHROME + "x" * 1_000_000).browser == "Chrome"
    assert agent_of("\ud800 \x00 nonsense").bot


def test_headers_that_are_missing_are_no_fault(
    counted: Active, visitor: Callable[..., Client]
) -> None:
    visitor(address="", REMOTE_ADDR="").get("/")
    BUFFER.flush()
    row = Visit.objects.get(kind="view")
    assert (row.language, row.country, row.referrer, row.browser) == ("", "", "", "Chrome")


def test_nothing_that_was_sent_is_logged(
    counted: Active,
    visitor: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError(f"COPY upheld_visit, line 1: {BRUNEI}")

    visitor().get("/")
    monkeypatch.setattr("upheld.browser.visits.writing.write", broken)
    BUFFER._try()
    messages = [r.getMessage() for r in caplog.records if r.name == "upheld.visits"]
    assert messages == ["visits were not written: ValueError"]
    assert len(BUFFER) == 1  # it waits for the next time
