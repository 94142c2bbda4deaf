"""Every benchmark runs through in its smallest size and prints lines that can be compared."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, LONG, ROOT

SUPPORT = {"__init__", "__main__", "pairing", "servers", "unmigrated"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


def test_every_file_is_run() -> None:
    files = {path.stem for path in (Path(ROOT) / "benchmarks").glob("*.py")}
    assert files - SUPPORT == {*BENCHMARKS, *LONG}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_lines(name: str) -> None:
    done = run("--quick", name)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines
    names = [line["name"] for line in lines]
    assert len(set(names)) == len(names)
    for line in lines:
        assert line["name"].startswith(f"{name}: ")
        assert line["ratio"] > 0
        assert set(line) <= {"name", "ratio", "budget", "met", "note"}
        if "budget" in line:
            assert line["met"] == (line["ratio"] <= line["budget"])


def test_unknown_name() -> None:
    done = run("speed")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "unknown: `speed`; known: --quick, pages, queries, decisions, consent, sealing, rights,"
        " evidence, memory, second_line, retention, lengths, campaigns, visits\n",
    )
