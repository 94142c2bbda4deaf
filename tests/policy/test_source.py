"""What cannot be a privacy file is refused with one clear finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.samples import SMALL
from upheld.policy.findings import PolicyError
from upheld.policy.load import load_policy, loads_policy, parse_policy, read_policy
from upheld.policy.read_map import parse_map
from upheld.policy.source import (
    LARGEST_FILE,
    List,
    Mapping,
    Scalar,
    decode,
    parse,
    plain_data,
    read_text,
)


def found(text: str) -> list[str]:
    return [str(each) for each in parse(text, "f.yaml")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "f.yaml:1:1: error: the file is empty [yaml.empty]\n  hint: write it first"),
        ("# a\n", "f.yaml:1:1: error: the file is empty [yaml.empty]\n  hint: write it first"),
        (
            "a: 1\nb: 2\na: 3\n",
            "f.yaml:3:1: error: `a` is given twice [yaml.duplicate-key]\n"
            "  hint: it stands in line 1 already",
        ),
        ("a:\n\tb: 1\n", "f.yaml:2:1: error: a tab [yaml.tab]\n  hint: indent with spaces"),
        (
            "a: &x 1\n",
            "f.yaml:1:4: error: anchor `&x` [yaml.anchor]\n  hint: write the value without it",
        ),
        (
            "a: !!python/object:os.system x\n",
            "f.yaml:1:4: error: tag `tag:yaml.org,2002:python/object:os.system` [yaml.tag]\n"
            "  hint: write the value without it",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "f.yaml:2:1: error: a second document starts here [yaml.documents]\n"
            "  hint: keep one in a file",
        ),
        (
            "[" * 40 + "]" * 40,
            "f.yaml:1:17: error: nested deeper than 16 levels [yaml.depth]\n  hint: flatten it",
        ),
        (
            "{a: 1}: 2\n",
            "f.yaml:1:1: error: a key must be a word [yaml.key]\n  hint: write `word: value`",
        ),
        (
            "a: [1, 2\nb: 3\n",
            "f.yaml:2:2: error: not readable as YAML: did not find expected ',' or ']' "
            "[yaml.syntax]\n"
            "  hint: check indentation, colons, brackets and quotes around here",
        ),
    ],
)
def test_one_finding_for_one_mistake(text: str, expected: str) -> None:
    assert found(text) == [expected]


def test_a_bomb_of_aliases_is_refused_and_never_unfolded() -> None:
    bomb = "a: &a [x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join(f'*{old}' for _ in range(9))}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for findings in (parse(bomb, "f.yaml")[1], parse_policy(bomb).findings):
        assert {each.code for each in findings} == {"yaml.anchor", "yaml.alias"}


def test_scalars_stay_what_was_written() -> None:
    node, findings = parse("no: NO\nnumber: 007\nquoted: 'true'\nnothing:\n", "f.yaml")
    assert findings == []
    assert isinstance(node, Mapping)
    assert [value for _, value in node.entries] == [
        Scalar("NO", (1, 5)),
        Scalar("007", (2, 9)),
        Scalar("true", (3, 9), plain=False),
        Scalar("", (4, 9)),
    ]


def test_plain_data_follows_the_newer_yaml() -> None:
    node, _ = parse("a: [no, true, 12, '12', ~, 2026-11-22]\n", "f.yaml")
    assert node is not None
    assert plain_data(node) == {"a": ["no", True, 12, "12", None, "2026-11-22"]}


def test_a_list_knows_where_it_stands() -> None:
    node, _ = parse("- a\n- b\n", "f.yaml")
    assert node == List((Scalar("a", (1, 3)), Scalar("b", (2, 3))), (1, 1))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            b"name: caf\xe9\n",
            "f.yaml:1:10: error: byte `0xe9` is not UTF-8 [file.encoding]\n"
            "  hint: save the file as UTF-8",
        ),
        (
            b"a: 1\nb: \x00\n",
            "f.yaml:2:4: error: control character `U+0000` [file.control]\n  hint: remove it",
        ),
        (
            "a: 1\n".encode("utf-16"),
            "f.yaml:1:1: error: byte `0xff` is not UTF-8 [file.encoding]\n"
            "  hint: save the file as UTF-8",
        ),
    ],
)
def test_bytes_that_are_no_text(raw: bytes, expected: str) -> None:
    text, findings = decode(raw, "f.yaml")
    assert text is None
    assert [str(each) for each in findings] == [expected]


def test_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    assert decode(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f") == ("a: 1\nb: 2\n", [])


def test_a_file_that_is_missing_huge_or_a_folder(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (LARGEST_FILE + 1))
    cases = {
        tmp_path / "none.yaml": "error: the file is missing [file.missing]",
        huge: "error: is larger than 1 MiB [file.size]",
        tmp_path: "error: is not a file [file.kind]",
    }
    for path, expected in cases.items():
        text, findings = read_text(path, "f.yaml")
        assert text is None
        assert [str(each).split("\n")[0] for each in findings] == [f"f.yaml: {expected}"]


def test_nothing_is_half_loaded(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(SMALL.replace("basis: consent", "basis: agreement"))
    assert read_policy(path).policy is None
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert caught.value.code == "configuration.policy"
    assert str(caught.value) == (
        "the privacy folder has 1 error\n"
        f"{path}:20:12: error: `basis` of `purposes.news` cannot be `agreement` [policy.choice]\n"
        "  hint: known here: `consent`, `contract`, `legal_obligation`, `legitimate_interest`, "
        "`public_task`, `vital_interest`"
    )


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_bytes_ever_end_in_a_traceback(raw: bytes) -> None:
    text, findings = decode(raw, "f.yaml")
    if text is None:
        assert findings
        return
    read = parse_policy(text)
    assert read.policy is not None or read.findings
    parse_map(text)


@given(st.text(max_size=120), st.integers(0, len(SMALL)), st.integers(0, 40))
@settings(max_examples=300, deadline=None)
def test_no_damage_to_a_sound_file_ends_in_a_traceback(text: str, at: int, cut: int) -> None:
    damaged = SMALL[:at] + text + SMALL[at + cut :]
    try:
        loads_policy(damaged)
    except PolicyError as error:
        assert error.findings
