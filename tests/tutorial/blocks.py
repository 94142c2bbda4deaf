"""The code blocks of a page that can be run.

`file=PATH` in a block's first line: the block is that file. `console`: each line that begins
with `$ ` is a command, the lines under it what it prints; `...` stands for anything, in a
line or as any number of lines of its own. Lines that begin with `> ` go on with the command.
`exit=N` says how the last command ends, 0 when it says nothing. Every other block is for
reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class File:
    """A file to be written, whole."""

    path: str
    text: str


@dataclass(frozen=True)
class Command:
    """One command with what it should print."""

    line: str
    output: tuple[str, ...] = ()
    code: int = 0


@dataclass(frozen=True)
class Page:
    """What a page asks the reader to do, in order."""

    steps: tuple[File | Command, ...]
    other: tuple[str, ...] = field(default=())
    """The languages of blocks that are for reading only."""


def read(path: Path) -> Page:
    """Return the steps of a page."""
    steps: list[File | Command] = []
    other: list[str] = []
    for found in FENCE.finditer(path.read_text("utf-8")):
        language, *words = found["info"].split()
        options = dict(word.split("=", 1) for word in words)
        if "file" in options:
            steps.append(File(options["file"], found["body"]))
        elif language == "console":
            steps += _commands(found["body"], int(options.get("exit", "0")))
        else:
            other.append(language)
    return Page(tuple(steps), tuple(other))


def _commands(body: str, code: int) -> list[Command]:
    made: list[Command] = []
    lines: list[str] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            if made:
                made[-1] = Command(made[-1].line, tuple(lines))
            made.append(Command(line.removeprefix("$ ")))
            lines = []
        elif line == ">" or line.startswith("> "):
            made[-1] = Command(f"{made[-1].line}\n{line[2:]}")
        else:
            lines.append(line)
    made[-1] = Command(made[-1].line, tuple(lines), code)
    return made


def fits(wanted: tuple[str, ...], got: str) -> bool:
    """Tell whether an output is the one that the page shows."""
    pattern = "".join(
        "(?:.*\\n)*?" if line.strip() == "..." else f"{_line(line)}\\n" for line in wanted
    )
    text = got.strip("\n")
    return re.fullmatch(pattern, f"{text}\n" if text else "") is not None


def _line(line: str) -> str:
    return ".*".join(map(re.escape, line.rstrip().split("...")))
