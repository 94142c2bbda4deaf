from __future__ import annotations

import pytest

from upheld.pages.sentences import Promise, promises, with_code


def test_promises_come_in_the_order_asked_for() -> None:
    assert promises(["no-card", "locked"]) == (
        Promise("no-card", "We never take a card number."),
        Promise(
            "locked",
            "Your name, your e-mail address, your home address and every note are kept locked.",
        ),
    )


def test_an_id_that_no_sentence_carries_is_left_out() -> None:
    assert promises(["no-such-sentence"]) == ()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("find `a.b` in clear", "find <code>a.b</code> in clear"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("no code", "no code"),
        ("one ` alone", "one ` alone"),
        ("<b>`<i>`", "&lt;b&gt;<code>&lt;i&gt;</code>"),
        ("", ""),
    ],
)
def test_words_in_backticks_are_code(text: str, html: str) -> None:
    assert with_code(text) == html
