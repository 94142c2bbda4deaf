"""Reading notice.md: blocks, ids and dates, and one message for each mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upheld.notice.parse import load_notice, parse_notice, read_notice
from upheld.notice.types import Heading, Listing, Notice, Paragraph, Table
from upheld.policy.findings import PolicyError

SMALL = """\
# Privacy at Fern Works

*Last updated: 22 November 2026*

We hold your name
and your mail. [what-we-hold] Fern Works is a shop. [info: who speaks]

## Your say

You may:

- have a copy [copy]
- have it *deleted*, with
  one click [deletion, one-click]

1. Write to [us](mailto:hello@fernworks.example). [write]

| what | how long |
|---|---|
| your name | 6 years [keep-name] |
| your mail | 30 days [keep-mail] |
"""


def sound(text: str) -> Notice:
    read = parse_notice(text)
    assert read.findings == ()
    assert read.notice is not None
    return read.notice


def mistakes(text: str) -> list[str]:
    return [str(each) for each in parse_notice(text, "notice.md").findings]


def marked(text: str) -> str:
    return f"*Last updated: 22 November 2026*\n\n{text}\n"


def test_a_sound_notice_says_what_it_means() -> None:
    notice = sound(SMALL.replace("You may:", "You may: [info: a lead-in]"))
    assert notice.title == "Privacy at Fern Works"
    assert notice.updated == date(2026, 11, 22)
    kinds = [type(block) for block in notice.blocks]
    assert kinds == [Heading, Paragraph, Heading, Paragraph, Listing, Listing, Table]
    assert [(each.ids, each.info, each.text) for each in notice.sentences] == [
        (("what-we-hold",), "", "We hold your name and your mail."),
        ((), "who speaks", "Fern Works is a shop."),
        ((), "a lead-in", "You may:"),
        (("copy",), "", "have a copy"),
        (("deletion", "one-click"), "", "have it *deleted*, with one click"),
        (("write",), "", "Write to [us](mailto:hello@fernworks.example)."),
        (("keep-name",), "", "your name, 6 years"),
        (("keep-mail",), "", "your mail, 30 days"),
    ]
    assert [(each.line, each.column) for each in notice.sentences][:6] == [
        (5, 1),
        (6, 31),
        (10, 1),
        (12, 3),
        (13, 3),
        (16, 4),
    ]
    copy = notice.sentence("one-click")
    assert copy is not None
    assert copy.anchor == "deletion"
    assert notice.sentences[1].anchor == "sentence-2"
    assert notice.sentence("no-such") is None


@pytest.mark.parametrize(
    "line",
    [
        "*Last updated: 22 November 2026*",
        "Last updated 22 november 2026.",
        "**Effective: November 22, 2026**",
        "_Updated: 2026-11-22_",
    ],
)
def test_ways_to_write_the_date(line: str) -> None:
    assert sound(f"{line}\n\n# Privacy\n\nWe keep it. [keep]\n").updated == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "",
            "notice.md:1:1: error: the notice is empty [notice.empty]\n"
            "  hint: write what people shall read",
        ),
        (
            "# Privacy\n\nWe keep it. [keep]\n",
            "notice.md:1:1: error: the notice has no date on top [notice.date]\n"
            "  hint: write `*Last updated: 22 November 2026*` above the first paragraph",
        ),
        (
            "*Last updated: 31 November 2026*\n\nWe keep it. [keep]\n",
            "notice.md:1:1: error: `Last updated: 31 November 2026` holds no date [notice.date]\n"
            "  hint: write `*Last updated: 22 November 2026*`",
        ),
        (
            marked("We keep it. [keep] We sell it."),
            "notice.md:3:20: error: `We sell it.` has no marker [notice.unmarked]\n"
            "  hint: end it with `[id]` of a rule's `says`, or `[info: the reason]`",
        ),
        (
            marked("- We keep it. [keep]\n- your name"),
            "notice.md:4:3: error: `your name` has no marker [notice.unmarked]\n"
            "  hint: end it with `[id]` of a rule's `says`, or `[info: the reason]`",
        ),
        (
            marked("We keep it [keep]."),
            "notice.md:3:18: error: the marker stands too early [notice.marker]\n"
            "  hint: put the full stop first: `Sentence. [id]`",
        ),
        (
            marked("[keep]"),
            "notice.md:3:1: error: a marker without a sentence [notice.marker]\n"
            "  hint: put it behind the sentence it belongs to",
        ),
        (
            marked("We keep it. [Keep it]"),
            "notice.md:3:13: error: `Keep it` is not a sentence id [notice.marker]\n"
            "  hint: lower-case words joined by `-`: `[only-if-agreed]`",
        ),
        (
            marked("We keep it. [info]"),
            "notice.md:3:13: error: information without a reason [notice.marker]\n"
            "  hint: write `[info: why nothing can be enforced]`",
        ),
        (
            marked("We keep it. [keep]\n\nWe still keep it. [keep]"),
            "notice.md:5:19: error: `keep` marks a second sentence [notice.duplicate-id]\n"
            "  hint: it stands in line 3 already",
        ),
        (
            marked("We <b>keep</b> it. [keep]"),
            "notice.md:3:1: error: HTML [notice.unsupported]\n"
            "  hint: headings, paragraphs, lists, tables, links and emphasis are read",
        ),
        (
            marked("![a shop](shop.png) We keep it. [keep]"),
            "notice.md:3:1: error: an image [notice.unsupported]\n"
            "  hint: headings, paragraphs, lists, tables, links and emphasis are read",
        ),
        (
            marked("> We keep it. [keep]"),
            "notice.md:3:1: error: a quotation [notice.unsupported]\n"
            "  hint: headings, paragraphs, lists, tables, links and emphasis are read",
        ),
        (
            marked("- We keep it. [keep]\n  - for ever [ever]"),
            "notice.md:4:1: error: a list inside a list [notice.unsupported]\n"
            "  hint: write one flat list",
        ),
        (
            marked("| a | b |\n|---|---|\n| only one [x] |"),
            "notice.md:5:1: error: this row has 1 cells, the head has 2 [notice.table]\n"
            "  hint: give each row as many cells",
        ),
        (
            marked("| a | b |\n|---|---|\n| name | 6 years |"),
            "notice.md:5:1: error: `6 years` has no marker [notice.unmarked]\n"
            "  hint: end it with `[id]` of a rule's `says`, or `[info: the reason]`",
        ),
    ],
)
def test_one_mistake_one_message(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_every_mistake_is_reported_at_once() -> None:
    assert len(mistakes("We keep it.\n\nWe sell it. [Sell]\n")) == 3


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("[what-we-hold]", "[what-we-hold, name]", True),
        ("We hold your name\nand", "We hold\nyour name and", True),
        ("your mail. [", "your e-mail. [", False),
        ("## Your say", "# Your say", False),
        ("*deleted*", "deleted", False),
        ("| 6 years ", "| 7 years ", False),
        ("22 November", "23 November", True),
    ],
)
def test_the_digest_is_of_what_people_read(old: str, new: str, same: bool) -> None:
    text = SMALL.replace("You may:", "You may: [info: a lead-in]")
    assert text.count(old) == 1
    assert (sound(text).digest == sound(text.replace(old, new)).digest) is same


def test_a_notice_that_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "notice.md"
    path.write_text("We keep it.\n")
    assert read_notice(path).notice is None
    with pytest.raises(PolicyError):
        load_notice(path)
    with pytest.raises(PolicyError):
        load_notice(tmp_path / "missing.md")


@given(st.text(st.sampled_from("ab .[]()-|#*_\n<>!:,1?&"), max_size=120))
@settings(max_examples=400, deadline=None)
def test_no_text_ever_ends_in_a_traceback(text: str) -> None:
    read = parse_notice(marked(text))
    assert read.notice is not None or read.findings
