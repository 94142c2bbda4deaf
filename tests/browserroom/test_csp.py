"""The content policy names an outside origin only for people who allow its purpose."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.browserroom.conftest import Send, page
from upheld.browser.csp import GROUND, parse, settled
from upheld.guard.models import RefusalCount
from upheld.policy.types import Embed

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self' https://pay.example"
W = "https://words.example"
WORDS = Embed("words", W, "translation", kinds=("script", "frame"))
OWN = ("shop.example",)


def test_before_a_yes_the_ground_stands_and_after_it_one_origin_more(send: Send) -> None:
    app = page(**{"Content-Security-Policy": STRICT})
    before = send(app).headers["Content-Security-Policy"]
    after = send(app, yes=("translation",)).headers["Content-Security-Policy"]
    again = send(app, yes=("translation",), headers={"Sec-GPC": "1"})
    assert before == f"{STRICT}; report-uri /privacy/browser-reports/"
    assert parse(after)["script-src"] == ["'self'", "https://words.example"]
    assert parse(after)["connect-src"] == ["https://words.example"]
    assert parse(after)["style-src"] == ["'self'"]
    assert again.headers["Content-Security-Policy"] == before


def test_what_the_site_lists_on_its_own_account_is_taken_out(send: Send) -> None:
    wide = "default-src 'self' https:; script-src 'self' https://tags.example *; img-src data:"
    left = send(page(**{"Content-Security-Policy": wide})).headers["Content-Security-Policy"]
    assert left == (
        "default-src 'self'; script-src 'self'; img-src data:; report-uri /privacy/browser-reports/"
    )
    rows = RefusalCount.objects.filter(reason="csp-origin").values_list("target", flat=True)
    assert sorted(rows) == ["outside:*", "outside:https:", "outside:https://tags.example"]


def test_an_embed_that_the_site_lists_waits_for_its_yes(send: Send) -> None:
    app = page(**{"Content-Security-Policy": "script-src 'self' https://words.example"})
    assert "words.example" not in send(app).headers["Content-Security-Policy"]
    left = send(app, yes=("translation",)).headers["Content-Security-Policy"]
    assert parse(left)["script-src"] == ["'self'", "https://words.example"]


def test_a_page_without_a_policy_may_load_from_here_alone(send: Send) -> None:
    left = send(page())
    assert (
        left.headers["Content-Security-Policy"] == f"{GROUND}; report-uri /privacy/browser-reports/"
    )
    assert left.headers["X-DNS-Prefetch-Control"] == "off"
    assert left.headers["Vary"] == "Cookie, Sec-GPC, DNT"


def test_under_https_reports_go_to_a_named_endpoint(send: Send) -> None:
    left = send(page(), secure=True)
    assert left.headers["Reporting-Endpoints"] == 'upheld="/privacy/browser-reports/"'
    assert parse(left.headers["Content-Security-Policy"])["report-to"] == ["upheld"]


def test_observing_changes_no_header_of_the_site(send: Send) -> None:
    from django.conf import settings

    wide = "script-src 'self' https://tags.example"
    with override_settings(UPHELD={**settings.UPHELD, "MODE": "observe"}):
        left = send(page(**{"Content-Security-Policy": wide}))
    assert left.headers["Content-Security-Policy"] == wide
    assert parse(left.headers["Content-Security-Policy-Report-Only"])["script-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("ground", "expected"),
    [
        ("default-src 'none'", f"default-src 'none'; script-src {W}; frame-src {W}"),
        ("img-src 'self'", "img-src 'self'"),
        (
            "default-src 'self'; child-src 'none'",
            f"default-src 'self'; child-src 'none'; script-src 'self' {W}; frame-src {W}",
        ),
        (
            "script-src 'self'; script-src-elem 'self'",
            f"script-src 'self' {W}; script-src-elem 'self' {W}",
        ),
        ("script-src 'nonce-ab' SHOP.example", f"script-src 'nonce-ab' SHOP.example {W}"),
        ("script-src https://evil.example; script-src 'self'", f"script-src {W}"),
        ("", ""),
    ],
)
def test_where_an_origin_is_let_in(ground: str, expected: str) -> None:
    assert settled(ground, own=OWN, allowed=[WORDS]).text == expected


def test_another_port_is_another_origin() -> None:
    found = settled("script-src http://127.0.0.1:8001", own=("127.0.0.1:8000",), allowed=[])
    assert found.text == "script-src 'none'"
    assert found.refused == (("script-src", "http://127.0.0.1:8001"),)


def test_an_answer_to_a_foreign_host_is_held_to_the_same(send: Send) -> None:
    left = send(page(), headers={"Host": "evil host!"})
    assert left.headers["Content-Security-Policy"].startswith(GROUND)


def test_link_headers_call_nobody_before_a_yes(send: Send) -> None:
    given = (
        '</static/a.css>; rel=preload; as="style", <https://tags.example>; rel=preconnect,'
        ' <https://words.example>; rel="dns-prefetch", <//cdn.example/x.js>; rel=modulepreload,'
        " <https://aldgrove.example/about>; rel=canonical"
    )
    own = '</static/a.css>; rel=preload; as="style"'
    canonical = "<https://aldgrove.example/about>; rel=canonical"
    assert send(page(Link=given)).headers["Link"] == f"{own}, {canonical}"
    left = send(page(Link=given), yes=("translation",)).headers["Link"]
    assert left == f'{own}, <https://words.example>; rel="dns-prefetch", {canonical}'
    assert "Link" not in send(page(Link="<https://tags.example>; rel=prefetch")).headers
    rows = RefusalCount.objects.filter(reason="csp-link").values_list("target", flat=True)
    assert sorted(rows) == ["outside:cdn.example", "outside:tags.example", "outside:words.example"]
