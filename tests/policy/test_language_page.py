"""docs/policy-language.md: what it shows is true, and it leaves no word out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import upheld.notice
import upheld.policy
from upheld.cli import main
from upheld.notice.register import parse_register
from upheld.policy.load import parse_policy
from upheld.policy.read_map import COLUMN_KEYS, KEYS, MODEL_KEYS, parse_map
from upheld.policy.shape import SINGLES, record_fields, sections

PAGE = (Path(__file__).parents[2] / "docs/policy-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FRAGMENTS = [text for kind, info, text in BLOCKS if kind == "yaml" and "file=" not in info]


def test_the_whole_folder_lints_as_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "privacy"
    folder.mkdir()
    for _, info, text in BLOCKS:
        if "file=" in info:
            (folder / info.split("file=")[1]).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (transcript,) = [text for kind, _, text in BLOCKS if kind == "console"]
    command, shown = transcript.split("\n", maxsplit=1)
    assert main(command.removeprefix("$ upheld ").split()) == 0
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("number", range(len(FRAGMENTS)))
def test_every_fragment_reads(number: int) -> None:
    text = FRAGMENTS[number]
    info = next(info for _, info, each in BLOCKS if each == text)
    if "map" in info:
        assert parse_map(text).findings == ()
    elif "register" in info:
        assert parse_register(text).findings == ()
    else:
        found = {each.message for each in parse_policy(text).findings}
        lacking = {f"a policy lacks `{k}`" for k in ("controller", "updated", "data", "purposes")}
        assert found <= lacking


def test_every_word_of_the_language_is_shown() -> None:
    shown = "\n".join(text for kind, _, text in BLOCKS if kind == "yaml")
    words = {*SINGLES, *sections(), *KEYS, *MODEL_KEYS, "category", "detect", "copy_of"}
    for record in (*SINGLES.values(), *sections().values()):
        for field in record_fields(record):
            words.add(field.key)
            if field.kind == "record":
                words |= {inner.key for inner in record_fields(field.record)}
    words -= {"dated", "topics", "everywhere", "wall", "unsure"}
    assert {word for word in words if not re.search(rf"\b{word}:", shown)} == set()
    assert set(COLUMN_KEYS) == {
        "category", "role", "detect", "copy_of", "unique", "formerly", "unsure"
    }  # fmt: skip


def test_every_code_is_listed_and_no_other() -> None:
    sources = ""
    prefixes = {"read.py": "policy", "read_map.py": "map", "register.py": "register"}
    codes: set[str] = set()
    folders = [Path(package.__file__ or "").parent for package in (upheld.policy, upheld.notice)]
    for path in (path for folder in folders for path in folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        sources += text
        prefix = prefixes.get(path.name, "policy" if path.name == "load.py" else "notice")
        codes |= {f"{prefix}.{code}" for code in re.findall(r'note\(\s*"([a-z-]+)"', text)}
        codes |= {f"notice.{code}" for code in re.findall(r'report\(\s*"([a-z]+)"', text)}
        codes |= {f"map.{code}" for code in re.findall(r'_finding\(whole, "([a-z-]+)"', text)}
    quoted = r'"((?:file|yaml|policy|map|notice|register|lint)\.[a-z-]+)"'
    codes |= set(re.findall(quoted, sources))
    codes |= {"policy.masked-read", "policy.masked-write"}
    codes |= {"policy.period", "policy.origin", "policy.path", "policy.sentence-id"}
    for prefix in ("map", "register"):
        codes |= {f"{prefix}.{code}" for code in ("unknown-key", "empty", "type", "duplicate")}
    codes |= {"map.choice"}
    codes -= {"policy.yaml", "map.yaml", "notice.md", "register.yaml"}
    listed = set(re.findall(r"`((?:file|yaml|policy|map|notice|register|lint)\.[a-z-]+)`", PAGE))
    listed -= {"policy.yaml", "map.yaml", "notice.md", "register.yaml"}
    assert codes == listed
