"""The gate: what is not declared or not agreed to never leaves, whoever sets it."""

from __future__ import annotations

import asyncio
from http.cookies import CookieError

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncRequestFactory, override_settings

from tests.browserroom.conftest import Send, lines, page
from upheld.browser.middleware import BrowserMiddleware
from upheld.datamap.active import Active
from upheld.guard.models import RefusalCount


def refused() -> list[tuple[str, str, int]]:
    rows = RefusalCount.objects.filter(action="set").order_by("target", "reason")
    return [(row.target, row.reason, row.count) for row in rows]


def test_a_declared_cookie_leaves(send: Send) -> None:
    assert lines(send(page("sessionid=a1"))) == ["sessionid=a1; Path=/; SameSite=Lax"]
    assert refused() == []


def test_an_undeclared_cookie_does_not(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    assert lines(send(page("tracker=1", "sessionid=a1"))) == ["sessionid=a1; Path=/; SameSite=Lax"]
    assert refused() == [("cookie:tracker", "cookie-undeclared", 1)]
    assert [record.getMessage() for record in caplog.records] == [
        "the cookie `tracker` was not set: no rule of the policy names it"
        " (declare it under `cookies:` in policy.yaml, or take out what sets it)"
    ]


def test_nor_one_that_is_set_by_hand(send: Send) -> None:
    assert lines(send(page("tracker=1; Path=/; Max-Age=99"))) == []
    left = lines(send(page("theme=dark; Domain=.aldgrove.example; HttpOnly")))
    assert left == ["theme=dark; httponly; samesite=Lax"]
    assert refused() == [
        ("cookie:theme", "cookie-domain", 1),
        ("cookie:tracker", "cookie-undeclared", 1),
    ]


def test_consent_opens_the_cookies_of_its_purpose_alone(send: Send) -> None:
    app = page("taste=blue", "words_lang=cy")
    assert lines(send(app)) == []
    assert lines(send(app, yes=("taste",))) == ["taste=blue; Path=/; SameSite=Lax"]


def test_a_signal_of_the_browser_closes_them(send: Send) -> None:
    assert lines(send(page("taste=blue"), yes=("taste",), headers={"Sec-GPC": "1"})) == []
    assert lines(send(page("taste=blue"), yes=("taste",), headers={"DNT": "1"})) == []


def test_cookies_are_for_this_host_and_for_https(send: Send) -> None:
    def app(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("<p>")
        response.set_cookie("theme", "dark", domain=".aldgrove.example", samesite="None")
        response.set_cookie("messages", "x", httponly=True, samesite="Strict")
        return response

    assert lines(send(app, secure=True)) == [
        "theme=dark; Path=/; SameSite=None; Secure",
        "messages=x; HttpOnly; Path=/; SameSite=Strict; Secure",
    ]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"max_age": 400 * 86400}, "theme=x; Max-Age=2592000; Path=/; SameSite=Lax"),
        (
            {"expires": "Fri, 01 Jan 2100 00:00:00 GMT"},
            "theme=x; Max-Age=2592000; Path=/; SameSite=Lax",
        ),
        ({"expires": "when hell freezes"}, "theme=x; Max-Age=2592000; Path=/; SameSite=Lax"),
    ],
)
def test_none_lasts_longer_than_declared(send: Send, asked: dict[str, object], left: str) -> None:
    def app(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("<p>")
        response.set_cookie("theme", "x", **asked)  # type: ignore[arg-type]  # one of Django's ways
        return response

    assert lines(send(app)) == [left]
    assert refused() == [("cookie:theme", "cookie-days", 1)]


def test_a_cookie_of_the_visit_loses_its_date(send: Send) -> None:
    assert lines(send(page("messages=x; Max-Age=60"))) == ["messages=x; samesite=Lax"]


def test_streams_and_pictures_pass_the_same_gate(send: Send) -> None:
    def stream(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(iter([b"x"]), content_type="image/png")
        response.set_cookie("tracker", "1")
        response.set_cookie("theme", "x")
        return response

    left = send(stream)
    assert lines(left) == ["theme=x; Path=/; SameSite=Lax"]
    assert b"".join(left.streaming_content) == b"x"  # type: ignore[attr-defined]  # it streams


@pytest.mark.django_db(transaction=True)
def test_an_async_site_is_held_to_the_same(rules: Active) -> None:
    async def app(request: HttpRequest) -> HttpResponse:
        return page("tracker=1", "taste=blue", "theme=x")(request)  # type: ignore[return-value]

    async def ask() -> HttpResponse:
        left: HttpResponse = await BrowserMiddleware(app)(AsyncRequestFactory().get("/"))
        await sync_to_async(connections.close_all)()  # of the thread that asked the database
        return left

    assert lines(asyncio.run(ask())) == ["theme=x; Path=/; SameSite=Lax"]


def test_observing_reports_and_lets_pass(send: Send, settings: object) -> None:
    from django.conf import settings as given

    with override_settings(UPHELD={**given.UPHELD, "MODE": "observe"}):
        left = lines(send(page("tracker=1", "theme=x; Max-Age=99999999")))
    assert left == ["theme=x; Max-Age=99999999", "tracker=1; Path=/"]
    rows = RefusalCount.objects.filter(action="set").values_list("target", "enforced")
    assert sorted(rows) == [("cookie:theme", False), ("cookie:tracker", False)]


def test_a_deletion_always_leaves(send: Send) -> None:
    def app(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("<p>")
        response.delete_cookie("left_over", domain=".aldgrove.example")
        return response

    (left,) = lines(send(app))
    assert left.startswith('left_over=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/')
    assert refused() == []


def test_what_is_refused_now_is_ended_in_the_next_answer(send: Send) -> None:
    had = {"taste": "blue", "words_lang": "cy", "theme": "dark", "somebody_elses": "1"}
    ended = lines(send(page(), cookies=had, yes=("taste",)))
    assert len(ended) == 1
    assert ended[0].startswith(
        'words_lang=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/'
    )


@pytest.mark.parametrize(
    "name", ["a b", "x\x00y", "träcker", "", "x" * 300, "a\tb", "theme\x7f", "a,b"]
)
def test_names_that_break_headers_never_leave(send: Send, name: str) -> None:
    assert lines(send(page(f"{name}=1; Path=/"))) == []
    assert [target for target, _, _ in refused()] == ["cookie:?"]


def test_a_name_cannot_bring_a_second_header(send: Send) -> None:
    with pytest.raises(CookieError):
        send(page("theme\r\nX-Evil: 1=1"))
    with pytest.raises(ValueError, match="newlines"):
        send(page("theme=1\r\nSet-Cookie: tracker=1; Path=/"))
    # A comma is no second cookie: browsers read one line as one cookie.
    assert lines(send(page("theme=1, tracker=2; Path=/"))) == [
        "theme=1, tracker=2; path=/; samesite=Lax"
    ]


def test_a_hundred_cookies_and_a_huge_one(send: Send) -> None:
    hundred = page(
        *(f"junk{number}=1" for number in range(100)), "theme=x", f"messages={'m' * 5000}"
    )
    assert lines(send(hundred)) == ["theme=x; Path=/; SameSite=Lax"]
    assert RefusalCount.objects.filter(reason="cookie-undeclared").count() == 100
    assert RefusalCount.objects.filter(reason="cookie-size").count() == 1


def test_random_names_fill_no_table(send: Send) -> None:
    for start in range(0, 300, 100):
        send(page(*(f"id{number}=1" for number in range(start, start + 100))))
    assert RefusalCount.objects.filter(action="set").count() <= 201
    assert RefusalCount.objects.get(target="*").reason == "cookie-undeclared"


def test_a_browser_with_a_hundred_old_cookies_is_answered_in_parts(send: Send) -> None:
    had = {f"words_{number}": "1" for number in range(100)}
    assert len(lines(send(page(), cookies=had))) == 50
