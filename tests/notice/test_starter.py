"""A first policy and notice: sound once the owner has said who they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from upheld.notice.lint import lint
from upheld.notice.sources import read_folder
from upheld.notice.starter import VOCABULARY, notice_text, policy_text
from upheld.policy.types import ENGINE_PURPOSES

DAY = date(2026, 11, 22)
WHO = {"name": "Fern Works", "country": "GB", "contact": "hello@fernworks.example"}
CATEGORIES = ("name.legal", "contact.email", "account.login", "order.content")


def started(folder: Path, *, purposes: tuple[str, ...] = (), who: bool = True) -> Path:
    policy = policy_text(CATEGORIES, purposes, DAY)
    if who:
        for key, value in WHO.items():
            policy = "\n".join(
                f"  {key}: {value}" if line.startswith(f"  {key}: ") else line
                for line in policy.splitlines()
            )
    (folder / "policy.yaml").write_text(policy, "utf-8")
    (folder / "notice.md").write_text(notice_text(CATEGORIES, DAY), "utf-8")
    (folder / "map.yaml").write_text("subjects: {member: auth.User}\n", "utf-8")
    return folder


def errors(folder: Path) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in lint(read_folder(folder)) if f.severity == "error"]


def test_who_answers_is_all_that_is_left(tmp_path: Path) -> None:
    assert errors(started(tmp_path, who=False)) == [
        ("policy.empty", f"`{key}` of `controller` has no value") for key in WHO
    ]
    assert errors(started(tmp_path)) == []


def test_a_purpose_of_the_map_must_be_given_its_ground(tmp_path: Path) -> None:
    found = errors(started(tmp_path, purposes=("packing", "own")))
    assert found == [("policy.empty", "`basis` of `purposes.packing` has no value")]


def test_the_notice_says_what_is_held_and_by_which_rules(tmp_path: Path) -> None:
    text = notice_text(("contact.email", "name.legal", "shoe.size"), DAY)
    assert "We hold your e-mail address, your name and shoe.size. [what-we-hold]" in text
    assert text.splitlines()[2] == "*Last updated: 22 November 2026*"
    assert "We hold nothing about you. [what-we-hold]" in notice_text((), DAY)


@pytest.mark.parametrize("purpose", ENGINE_PURPOSES)
def test_every_purpose_of_the_engine_is_there(purpose: str) -> None:
    assert f"\n  {purpose}:\n" in policy_text(CATEGORIES, (), DAY)


def test_the_words_read_on(tmp_path: Path) -> None:
    for known in VOCABULARY.values():
        assert known.words[0].islower()
        assert not known.words.endswith(".")
