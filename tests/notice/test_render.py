"""The notice as HTML: sentences are elements, and nothing reaches the page unescaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notice.test_parse import SMALL, marked, sound
from upheld.notice.inline import to_html, to_text
from upheld.notice.parse import parse_notice
from upheld.notice.render import render, render_sentence

TEXT = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "span", "a", "em", "strong"}
ALLOWED = TEXT | {"table", "thead", "tbody", "tr", "th", "td", "time"}
ATTRIBUTES = frozenset(("class", "id", "data-sentence", "href", "rel", "datetime", "scope"))


class Tags(HTMLParser):
    """Every element and attribute of a page, and whether they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser.seen


def test_the_whole_page() -> None:
    notice = sound(SMALL.replace("You may:", "You may: [info: a lead-in]"))
    assert render(notice) == (
        '<p class="updated">Last updated: '
        '<time datetime="2026-11-22">22 November 2026</time></p>\n'
        "<h1>Privacy at Fern Works</h1>\n"
        '<p><span class="sentence" id="what-we-hold" data-sentence="what-we-hold">'
        "We hold your name and your mail.</span> "
        '<span class="sentence information" id="sentence-2">Fern Works is a shop.</span></p>\n'
        "<h2>Your say</h2>\n"
        '<p><span class="sentence information" id="sentence-3">You may:</span></p>\n'
        "<ul>\n"
        '<li><span class="sentence" id="copy" data-sentence="copy">have a copy</span></li>\n'
        '<li><span class="sentence" id="deletion" data-sentence="deletion one-click">'
        "have it <em>deleted</em>, with one click</span></li>\n"
        "</ul>\n"
        "<ol>\n"
        '<li><span class="sentence" id="write" data-sentence="write">Write to '
        '<a href="mailto:hello@fernworks.example">us</a>.</span></li>\n'
        "</ol>\n"
        "<table>\n"
        '<thead><tr><th scope="col">what</th><th scope="col">how long</th></tr></thead>\n'
        "<tbody>\n"
        '<tr><td>your name</td><td><span class="sentence" id="keep-name" '
        'data-sentence="keep-name">6 years</span></td></tr>\n'
        '<tr><td>your mail</td><td><span class="sentence" id="keep-mail" '
        'data-sentence="keep-mail">30 days</span></td></tr>\n'
        "</tbody>\n"
        "</table>\n"
    )


def test_a_page_may_add_something_behind_each_sentence() -> None:
    notice = sound(marked("We keep it. [keep]"))
    html = render_sentence(notice.sentences[0], after=lambda each: f"<a>{each.anchor}</a>")
    assert html == (
        '<span class="sentence" id="keep" data-sentence="keep">We keep it.<a>keep</a></span>'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a & b < c > "d"', "a &amp; b &lt; c &gt; &quot;d&quot;"),
        ("**very** *much* _so_", "<strong>very</strong> <em>much</em> <em>so</em>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        (
            "[a *b*](https://fernworks.example/x?a=1&b=2)",
            '<a href="https://fernworks.example/x?a=1&amp;b=2" rel="noreferrer">a <em>b</em></a>',
        ),
        ("[our terms](/terms/)", '<a href="/terms/">our terms</a>'),
        ("[call](tel:+44-100)", '<a href="tel:+44-100">call</a>'),
        ("[top](#who-we-are)", '<a href="#who-we-are">top</a>'),
        ("[x](javascript:alert`1`)", "[x](javascript:alert`1`)"),
        ("[x](//elsewhere.example)", "[x](//elsewhere.example)"),
        ("[x](http://elsewhere.example)", "[x](http://elsewhere.example)"),
        ('[x](/"onclick="y)', "[x](/&quot;onclick=&quot;y)"),
    ],
)
def test_what_stands_within_a_line(text: str, expected: str) -> None:
    assert to_html(text) == expected


def test_plain_text_for_mails() -> None:
    assert to_text("**We** [write](https://fernworks.example) *now*.") == "We write now."


hostile = st.text(st.sampled_from("ab <>\"'&/*_[]()=:`#|!-\n"), max_size=60)


@given(hostile, hostile)
@settings(max_examples=300, deadline=None)
def test_only_known_elements_ever_reach_the_page(one: str, other: str) -> None:
    html = to_html(one) + to_html(f"[{one}](https://{other})")
    read = parse_notice(
        marked(f"# {one}\n\n{other} [x]\n\n| a | {one} |\n|---|---|\n| c | d [y] |")
    )
    if read.notice is not None:
        html += render(read.notice)
    for tag, attributes in tags(html):
        assert tag in ALLOWED
        assert attributes.keys() <= {
            "class",
            "id",
            "data-sentence",
            "href",
            "rel",
            "datetime",
            "scope",
        }
        href = attributes.get("href") or "/"
        assert re.match(r"https://|mailto:|tel:|/(?!/)|#", href)
