"""Cutting text into sentences at their markers, and telling where one is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upheld.notice.split import split


def cut(text: str) -> list[tuple[str, str | None]]:
    return [(piece.text, piece.marker) for piece in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We keep it. [keep]", [("We keep it.", "keep")]),
        (
            "We keep it. [keep] We never sell it. [never-sold, keep-safe]",
            [("We keep it.", "keep"), ("We never sell it.", "never-sold, keep-safe")],
        ),
        (
            "Is it safe? [safe] Yes! [yes] [info: an aside]",
            [("Is it safe?", "safe"), ("Yes!", "yes"), ("", "info: an aside")],
        ),
        ("We keep it. We sell it. [x]", [("We keep it.", None), ("We sell it.", "x")]),
        ("We keep it. [x] And more.", [("We keep it.", "x"), ("And more.", None)]),
        ("your name", [("your name", None)]),
        ("your name [name]", [("your name", "name")]),
        (
            "Write e.g. to Dr. Moss, No. 7, Fern St. or call. [call]",
            [("Write e.g. to Dr. Moss, No. 7, Fern St. or call.", "call")],
        ),
        (
            "It costs 1.50 or 3.000,00 and version 2.1 is out. [price]",
            [("It costs 1.50 or 3.000,00 and version 2.1 is out.", "price")],
        ),
        (
            "Visit www.fernworks.example today. [visit]",
            [("Visit www.fernworks.example today.", "visit")],
        ),
        (
            "See [our terms. And more](https://fernworks.example/a.b) first. [terms]",
            [("See [our terms. And more](https://fernworks.example/a.b) first.", "terms")],
        ),
        (
            'She said "No." Then she left. [left]',
            [('She said "No."', None), ("Then she left.", "left")],
        ),
        ("Names, etc. We sell. [x]", [("Names, etc.", None), ("We sell.", "x")]),
        ("Ferns, etc. from 9 a.m. on. [x]", [("Ferns, etc. from 9 a.m. on.", "x")]),
        ("One. 2 days later. [x]", [("One.", None), ("2 days later.", "x")]),
        ("Ends without. étude follows. [x]", [("Ends without. étude follows.", "x")]),
        ("Ends without. Étude follows. [x]", [("Ends without.", None), ("Étude follows.", "x")]),
        ("", []),
        ("[x]", [("", "x")]),
    ],
)
def test_sentences(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert cut(text) == expected


@given(st.text(max_size=80))
def test_no_text_is_lost(text: str) -> None:
    def letters(words: str) -> str:
        return "".join(words.split())

    again = "".join(
        piece.text + ("" if piece.marker is None else f"[{piece.marker}]") for piece in split(text)
    )
    assert letters(again) == letters(text)


@given(st.lists(st.sampled_from(["We keep it.", "We sell it!", "Who asks?"]), max_size=5))
def test_marked_sentences_come_back_as_written(sentences: list[str]) -> None:
    text = " ".join(f"{sentence} [s{number}]" for number, sentence in enumerate(sentences))
    assert cut(text) == [(sentence, f"s{number}") for number, sentence in enumerate(sentences)]
