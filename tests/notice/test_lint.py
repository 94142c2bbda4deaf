"""Notice, policy, map and register against each other, in every direction."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import upheld.notice
from tests.notice.folders import FILES, found, write_folder

CASES = [
    (
        "notice",
        "One click ends it. [one-click]\n",
        "One click ends it. [one-click]\nWe water daily. [daily-water]\n",
        [
            "notice.md:9:1: error: no rule makes `daily-water` true [lint.empty-promise]\n"
            "  hint: name it in the `says` of a rule, or mark it `[info: the reason]`",
            "notice.md:9:1: warning: `daily-water` promises what no requirement asks for "
            "[register.extra-sentence]\n"
            "  hint: bind it in register.yaml, or take the sentence out",
        ],
    ),
    (
        "policy",
        "says: [only-if-agreed]",
        "says: [only-if-agred]",
        [
            "notice.md:7:1: error: no rule makes `only-if-agreed` true [lint.empty-promise]\n"
            "  hint: name it in the `says` of a rule, or mark it `[info: the reason]`",
            "policy.yaml:26:12: error: `purposes.news` says `only-if-agred`, which is not in the "
            "notice [lint.unknown-sentence]\n"
            "  hint: did you mean `only-if-agreed`?",
        ],
    ),
    (
        "policy",
        "    channel: mail\n",
        "    channel: mail\n  parcels: {basis: contract, may: {read: name.legal, rows: all}}\n"
        "  other:\n    basis: consent\n    default: out\n",
        [
            "policy.yaml:25:3: error: `purposes.parcels` is announced by no sentence "
            "[lint.unannounced]\n"
            "  hint: write one in notice.md and name it in `says`",
            "policy.yaml:19:3: error: `purposes.news` is announced by no sentence "
            "[lint.unannounced]\n"
            "  hint: write one in notice.md and name it in `says`",
        ],
    ),
    (
        "policy",
        "taste.colour: preference",
        "taste.colour: preference\n  order.content: transaction",
        [
            "policy.yaml:8:3: error: `data.order.content` is announced by no sentence "
            "[lint.unannounced]\n"
            "  hint: name a sentence in its `says`, or in the rule that collects it",
            "policy.yaml:8:3: warning: no column and no store of the map holds `order.content` "
            "[map.unplaced-category]\n"
            "  hint: map where it is kept, or take it out of the policy",
            "policy.yaml:8:3: warning: nothing collects, uses or hands over `order.content` by "
            "name [policy.unused-category]\n"
            "  hint: take it out, or name it where it is used",
        ],
    ),
    (
        "policy",
        "updated: 2026-11-22",
        "updated: 2026-11-23",
        [
            "notice.md:1:1: error: the notice is of 2026-11-22, the policy of 2026-11-23 "
            "[lint.date]\n"
            "  hint: give both the day of the later change"
        ],
    ),
    (
        "register",
        "sentences: [sign-up]",
        "sentences: [sign-in]",
        [
            "notice.md:6:1: warning: `sign-up` promises what no requirement asks for "
            "[register.extra-sentence]\n"
            "  hint: bind it in register.yaml, or take the sentence out",
            "register.yaml:1:20: error: `FW-1` names the sentence `sign-in`, which is not in the "
            "notice [register.unknown-sentence]\n"
            "  hint: did you mean `sign-up`?",
        ],
    ),
    (
        "map",
        "colour: taste.colour",
        "colour: taste.color",
        [
            "map.yaml:5:55: error: `auth.User.colour` holds `taste.color`, which the policy does "
            "not declare [map.undeclared-category]\n"
            "  hint: did you mean `taste.colour`?",
            "policy.yaml:7:3: warning: no column and no store of the map holds `taste.colour` "
            "[map.unplaced-category]\n"
            "  hint: map where it is kept, or take it out of the policy",
        ],
    ),
]


def test_the_sample_is_sound(tmp_path: Path) -> None:
    assert found(write_folder(tmp_path)) == []


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_one_gap(tmp_path: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    text = next(text for name, text in FILES.items() if name.startswith(file))
    assert text.count(old) == 1
    folder = write_folder(tmp_path, **{file: text.replace(old, new)})
    assert sorted(found(folder)) == sorted(expected)


def test_a_statement_excuses_its_sentence_from_a_rule(tmp_path: Path) -> None:
    notice = FILES["notice.md"] + "Ferns are green. [green]\n"
    register = FILES["register.yaml"].replace("FW-3: {", "FW-3: {sentences: green, ")
    assert found(write_folder(tmp_path, notice=notice, register=register)) == []


def test_a_register_is_not_needed(tmp_path: Path) -> None:
    assert found(write_folder(tmp_path, register=None)) == []


def test_every_file_is_looked_at_even_when_another_is_broken(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        policy="controller: {\n",
        notice="We water.\n",
        map="models: {User: {}}\n",
        register="FW-1: {}\n",
    )
    files = {line.split(":")[0] for line in found(folder)}
    assert files == {"policy.yaml", "notice.md", "map.yaml", "register.yaml"}


def test_an_empty_folder_is_one_finding_a_file(tmp_path: Path) -> None:
    assert [line.split("\n")[0] for line in found(tmp_path)] == [
        f"{name}: error: the file is missing [file.missing]"
        for name in ("map.yaml", "notice.md", "policy.yaml")
    ]


def test_every_code_of_lint_is_tested() -> None:
    source = (Path(upheld.notice.__file__).parent / "lint.py").read_text()
    codes = set(re.findall(r'"((?:lint|register)\.[a-z-]+)"', source)) - {"register.yaml"}
    messages = " ".join(line for *_, expected in CASES for line in expected)
    assert {code for code in codes if f"[{code}]" not in messages} == set()
