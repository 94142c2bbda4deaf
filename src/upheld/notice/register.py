"""`register.yaml`: an outside list of requirements, each bound to sentences of the notice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upheld.policy.findings import Finding, Marks
from upheld.policy.read import Reader
from upheld.policy.source import Mapping, parse, read_text

AUTO = "auto"
"""Probes are found from the rules behind the sentences."""
_ID = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")
_KEYS = ("sentences", "probes", "statement", "later")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. `statement` says why nothing can be enforced; then no probe runs.
    `later` says what is still missing before the requirement is wholly met."""

    id: str
    sentences: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    statement: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All requirements by id, in the file's order; empty without a file."""

    requirements: dict[str, Requirement] = field(default_factory=dict)

    @property
    def statements(self) -> frozenset[str]:
        """Sentences that a statement stands behind, so that they need no rule."""
        entries = self.requirements.values()
        return frozenset(id for each in entries if each.statement for id in each.sentences)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register as it was read."""

    register: Register
    marks: Marks
    findings: tuple[Finding, ...]
    text: str = ""


def read_register(path: Path) -> RegisterFile:
    """Read the file at `path`, which need not exist; never raises."""
    if not path.exists():
        return RegisterFile(Register(), Marks(str(path)), ())
    text, findings = read_text(path, str(path))
    if text is None:
        return RegisterFile(Register(), Marks(str(path)), tuple(findings))
    return parse_register(text, str(path))


def parse_register(text: str, file: str = "register.yaml") -> RegisterFile:
    """Read a register from text; `file` names it in findings. Never raises."""
    node, findings = parse(text, file)
    reader = Reader(file, "register")
    reader.findings.extend(findings)
    found: dict[str, Requirement] = {}
    for id, (mark, value) in reader.entries(node, (), "a register").items() if node else ():
        if not _ID.fullmatch(id):
            reader.note("id", mark, f"`{id}` cannot be a requirement", "write `AP-3.d`")
            continue
        found[id] = _requirement(reader, id, value)
    return RegisterFile(Register(found), reader.marks, tuple(reader.findings), text)


def _requirement(reader: Reader, id: str, node: Any) -> Requirement:
    what = f"`{id}`"
    values: dict[str, Any] = {}
    for key, (mark, value) in reader.entries(node, (id,), what).items():
        if key in ("sentences", "probes"):
            values[key] = reader.texts(value, (id, key), f"`{key}` of {what}") or ()
        elif key in ("statement", "later"):
            values[key] = reader.text(value, f"`{key}` of {what}") or ""
        else:
            reader.unknown(mark, _KEYS, what)
    statement = bool(values.get("statement"))
    if isinstance(node, Mapping) and not statement and not values.get("sentences"):
        hint = "bind it to `sentences`, or say in `statement` why nothing can be enforced"
        reader.note("unbound", node, f"{what} is bound to nothing", hint)
    if statement and values.get("probes"):
        hint = "keep one of the two"
        reader.note("statement", node, f"{what} is a statement and has probes", hint)
    return Requirement(id, **values)
