"""What is wrong with a privacy folder: findings with a place, and the error that holds them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from upheld.errors import ConfigurationError

Severity = Literal["error", "warning"]
Place = tuple[int, int]
"""Line and column, both counted from 1; (0, 0) = not known."""
Path = tuple[str | int, ...]
"""Keys that lead to a value: `("purposes", "own", "may", "read", 0)`."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong. `code` is stable, `path` is the file."""

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        first = f"{where}: {self.severity}: {self.message} [{self.code}]"
        return f"{first}\n  hint: {self.hint}" if self.hint else first


class PolicyError(ConfigurationError):
    """A privacy folder cannot be used. `findings` holds everything that is wrong with it."""

    code: ClassVar[str] = "configuration.policy"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        errors = sum(finding.severity == "error" for finding in self.findings)
        noun = "error" if errors == 1 else "errors"
        lines = "\n".join(str(finding) for finding in self.findings)
        super().__init__(f"the privacy folder has {errors} {noun}\n{lines}")


@dataclass(slots=True)
class Marks:
    """Where in `file` each value stands, so that later checks can point at it too."""

    file: str = ""
    places: dict[Path, Place] = field(default_factory=dict)

    def at(self, *path: str | int) -> Place:
        """The place of the value, or of the nearest thing around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return self.places.get((), (0, 0))

    def finding(
        self,
        code: str,
        path: Path,
        message: str,
        *,
        hint: str = "",
        severity: Severity = "error",
    ) -> Finding:
        """A finding about the value at `path`."""
        line, column = self.at(*path)
        return Finding(self.file, line, column, code, message, hint, severity)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or what is known when little is; else empty."""
    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if 0 < len(choices) <= 12:
        return "known here: " + ", ".join(f"`{choice}`" for choice in choices)
    return ""
