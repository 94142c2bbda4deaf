"""Reading register.yaml: what it says, and one message for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.notice.register import Register, Requirement, parse_register, read_register


def test_a_sound_register_says_what_it_means() -> None:
    read = parse_register(
        "FW-1.a: {sentences: sign-up, probes: auto}\n"
        "FW-2: {sentences: [one-click], probes: [stop-mail], later: the link}\n"
        "FW-3: {sentences: [green], statement: ferns are green}\n"
    )
    assert read.findings == ()
    assert read.register.requirements == {
        "FW-1.a": Requirement("FW-1.a", ("sign-up",), ("auto",)),
        "FW-2": Requirement("FW-2", ("one-click",), ("stop-mail",), later="the link"),
        "FW-3": Requirement("FW-3", ("green",), statement="ferns are green"),
    }
    assert read.register.statements == {"green"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "FW-1: {probes: auto}\n",
            "register.yaml:1:7: error: `FW-1` is bound to nothing [register.unbound]\n"
            "  hint: bind it to `sentences`, or say in `statement` why nothing can be enforced",
        ),
        (
            "FW-1: {sentence: [a]}\n",
            None,
        ),
        (
            "FW-1: {sentences: [a], statement: why, probes: auto}\n",
            "register.yaml:1:7: error: `FW-1` is a statement and has probes "
            "[register.statement]\n"
            "  hint: keep one of the two",
        ),
        (
            "FW 1: {sentences: [a]}\n",
            "register.yaml:1:1: error: `FW 1` cannot be a requirement [register.id]\n"
            "  hint: write `AP-3.d`",
        ),
    ],
)
def test_one_mistake_one_message(text: str, expected: str | None) -> None:
    found = [str(each) for each in parse_register(text).findings]
    if expected is None:
        assert [each.split(" [")[1].split("]")[0] for each in found] == [
            "register.unknown-key",
            "register.unbound",
        ]
        return
    assert found == [expected]


def test_no_file_is_an_empty_register(tmp_path: Path) -> None:
    read = read_register(tmp_path / "register.yaml")
    assert (read.register, read.findings) == (Register(), ())
