"""Links that lead away are marked and tell the other side nothing."""

from __future__ import annotations

import pytest
from django.template import engines

from upheld.browser.links import TITLE, is_outside, link, marked
from upheld.datamap.active import Active

MARK = f'class="upheld-outside" title="{TITLE}" referrerpolicy="no-referrer"'


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("https://elsewhere.example/a?b=c", True),
        ("//elsewhere.example", True),
        ("HTTP://ELSEWHERE.EXAMPLE", True),
        ("http://127.0.0.1:8000/privacy/", False),
        ("/privacy/", False),
        ("#top", False),
        ("mailto:a@elsewhere.example", False),
        ("https://[bad", True),
    ],
)
def test_what_leads_away(rules: Active, address: str, outside: bool) -> None:
    assert is_outside(address) is outside


def test_links_are_marked_and_the_rest_stays(rules: Active) -> None:
    text = (
        '<p>See <a href="https://elsewhere.example/?a=1&amp;b=2" rel="nofollow">there</a>, '
        "<A HREF='/here/'>here</A> and <b>bold</b>.</p>"
    )
    assert marked(text) == (
        '<p>See <a href="https://elsewhere.example/?a=1&amp;b=2"'
        f' rel="nofollow noreferrer noopener external" {MARK}>there</a>, '
        "<A HREF='/here/'>here</A> and <b>bold</b>.</p>"
    )


def test_what_members_write_cannot_break_out(rules: Active) -> None:
    words = 'https://elsewhere.example/"onclick=x <a href="javascript:alert(1)">x</a>'
    page = engines["django"].from_string(
        "{% load upheld_browser %}{{ words|urlize|mark_outside|linebreaks }}"
    )
    shown = page.render({"words": words})
    assert "<a href=&quot;javascript" in shown.replace("&lt;", "<")
    assert "&lt;a href" in shown
    assert shown.count("<a ") == 1
    assert 'rel="nofollow noreferrer noopener external"' in shown


def test_one_link(rules: Active) -> None:
    assert link("https://elsewhere.example", "A & B") == (
        '<a href="https://elsewhere.example" rel="noreferrer noopener external"'
        f" {MARK}>A &amp; B</a>"
    )
    assert link("javascript:alert(1)", "<x>") == "&lt;x&gt;"


def test_the_filter_escapes_what_nobody_called_safe() -> None:
    words = '<script>alert(1)</script><a href="https://elsewhere.example/">x</a>'
    page = engines["django"].from_string("{% load upheld_browser %}{{ words|mark_outside }}")
    shown = page.render({"words": words})
    assert "<" not in shown
