"""The commands: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notice.folders import FILES, NOTICE, write_folder
from upheld.cli import main
from upheld.policy.load import loads_policy

Output = pytest.CaptureFixture[str]
WORSE = FILES["policy.yaml"].replace("for: 30 days", "for: 60 days")


def test_lint_says_what_it_looked_at(tmp_path: Path, capsys: Output) -> None:
    folder = write_folder(tmp_path)
    main(["notice-version", str(folder)])
    capsys.readouterr()
    assert main(["lint", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        f"{folder}: 4 sentences, 5 purposes, 3 categories, 1 model",
        "0 errors, 2 warnings",
    ]


def test_lint_counts_warnings_when_it_is_strict(tmp_path: Path, capsys: Output) -> None:
    assert main(["lint", "--strict", str(write_folder(tmp_path))]) == 1
    assert capsys.readouterr().out.endswith("0 errors, 3 warnings\n")


def test_lint_shows_file_line_and_hint(tmp_path: Path, capsys: Output) -> None:
    folder = write_folder(tmp_path, notice=NOTICE + "We water daily. [daily]\n")
    assert main(["lint", str(folder)]) == 1
    assert (
        f"{folder}/notice.md:9:1: error: no rule makes `daily` true [lint.empty-promise]\n"
        "  hint: name it in the `says` of a rule, or mark it `[info: the reason]`\n"
    ) in capsys.readouterr().out


def test_lint_as_json(tmp_path: Path, capsys: Output) -> None:
    folder = write_folder(tmp_path, notice=NOTICE + "We water daily. [daily]\n")
    assert main(["lint", "--json", str(folder)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["errors"], found["warnings"]) == (1, 4)
    assert {
        "path": f"{folder}/notice.md",
        "line": 9,
        "column": 1,
        "code": "lint.empty-promise",
        "message": "no rule makes `daily` true",
        "hint": "name it in the `says` of a rule, or mark it `[info: the reason]`",
        "severity": "error",
    } in found["findings"]


def test_diff_names_the_people(tmp_path: Path, capsys: Output) -> None:
    old, new = write_folder(tmp_path / "old"), write_folder(tmp_path / "new", policy=WORSE)
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == (
        "! purposes.news.keep.for: 30 days -> 60 days (worse for subscribers)\n"
        "1 change, 1 material\n"
    )
    assert main(["diff", str(new), str(old)]) == 0
    assert main(["diff", str(old / "policy.yaml"), str(old)]) == 0
    capsys.readouterr()
    without = NOTICE.replace("ends it. [one-click]", "ends it. [info: x]")
    fewer = write_folder(tmp_path / "fewer", notice=without)
    assert main(["diff", str(old), str(fewer)]) == 1
    assert capsys.readouterr().out == (
        "! notice.one-click: withdrawn (worse for everyone)\n1 change, 1 material\n"
    )
    capsys.readouterr()
    assert main(["diff", "--json", str(old), str(new)]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "material": True,
        "differences": [
            {
                "rule": "purposes.news",
                "field": "keep.for",
                "change": "30 days -> 60 days",
                "material": True,
                "against": ["subscribers"],
            }
        ],
    }


def test_export_writes_what_other_tools_read(tmp_path: Path, capsys: Output) -> None:
    folder = str(write_folder(tmp_path))
    for name in ("dpv", "json"):
        assert main(["export", folder, "--format", name]) == 0
        assert json.loads(capsys.readouterr().out)
    assert main(["export", folder, "--format", "fides"]) == 0
    assert capsys.readouterr().out.startswith("system:\n")
    assert main(["export", folder, "--format", "fides", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["system"]


def test_print_is_the_canonical_form(tmp_path: Path, capsys: Output) -> None:
    folder = str(write_folder(tmp_path))
    assert main(["print", folder]) == 0
    assert loads_policy(capsys.readouterr().out) == loads_policy(FILES["policy.yaml"])
    assert main(["print", "--json", folder]) == 0
    assert loads_policy(capsys.readouterr().out) == loads_policy(FILES["policy.yaml"])


def test_notice_version_records_and_refuses(tmp_path: Path, capsys: Output) -> None:
    folder = write_folder(tmp_path)
    assert main(["notice-version", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}/versions/notice.2026-11-22.md: ")
    assert main(["notice-version", "--json", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["date"] == "2026-11-22"
    write_folder(folder, notice=NOTICE.replace("sells", "grows"))
    assert main(["notice-version", str(folder)]) == 1
    assert "the text changed, its date is still 2026-11-22" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["diff", "export", "print", "notice-version"])
def test_a_broken_folder_is_a_finding_for_every_command(
    tmp_path: Path, capsys: Output, command: str
) -> None:
    folder = str(write_folder(tmp_path, policy="a: [\n", notice="x\n"))
    given = [command, folder, folder] if command == "diff" else [command, folder]
    assert main(given) == 1
    assert " error: " in capsys.readouterr().out
    assert main([*given, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["errors"] > 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["lint"], "the following arguments are required: PRIVACY_DIR"),
        (["lint", "/no/such/folder"], "`/no/such/folder` does not exist"),
        (["lint", __file__], f"`{__file__}` is not a folder"),
        (["export", ".", "--format", "xml"], "invalid choice: 'xml'"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_wrong_use(capsys: Output, given: list[str], expected: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(given)
    assert caught.value.code == 2
    assert expected in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_wrong_use(tmp_path: Path, capsys: Output) -> None:
    folder = write_folder(tmp_path)
    (folder / "versions").write_text("a file where a folder must be")
    assert main(["notice-version", str(folder)]) == 2
    assert capsys.readouterr().err == f"upheld: `{folder}/versions`: file exists\n"


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "upheld.cli", "lint", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
