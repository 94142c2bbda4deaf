"""From `policy.yaml` to a `Policy`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from upheld.policy.findings import Finding, Marks, PolicyError
from upheld.policy.read import Reader
from upheld.policy.shape import SINGLES, order, sections
from upheld.policy.source import Mapping, parse, read_text
from upheld.policy.types import Policy


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy as it was read: the value (None when it cannot be had) and its marks."""

    policy: Policy | None
    marks: Marks
    findings: tuple[Finding, ...]
    text: str = ""


def read_policy(path: Path) -> PolicyFile:
    """Read the file at `path`; never raises."""
    text, findings = read_text(path, str(path))
    if text is None:
        return PolicyFile(None, Marks(str(path)), tuple(findings))
    return parse_policy(text, str(path))


def parse_policy(text: str, file: str = "policy.yaml") -> PolicyFile:
    """Read a policy from text; `file` names it in findings. Never raises."""
    node, findings = parse(text, file)
    reader = Reader(file, "policy")
    reader.findings.extend(findings)
    policy = None
    if node is not None:
        policy = _policy(reader, node)
    if any(finding.severity == "error" for finding in reader.findings):
        policy = None
    return PolicyFile(policy, reader.marks, tuple(reader.findings), text)


def load_policy(path: Path | str) -> Policy:
    """The policy at `path`, checked by itself; raises `PolicyError` with everything wrong."""
    return _sound(read_policy(Path(path)))


def loads_policy(text: str, file: str = "policy.yaml") -> Policy:
    """The policy in `text`; raises `PolicyError` with everything wrong."""
    return _sound(parse_policy(text, file))


def _sound(read: PolicyFile) -> Policy:
    if read.policy is None:
        raise PolicyError(read.findings)
    return read.policy


def _policy(reader: Reader, node: Any) -> Policy | None:
    given = reader.entries(node, (), "a policy")
    if not isinstance(node, Mapping):
        return None
    values: dict[str, Any] = {}
    for key, (mark, value) in given.items():
        if key == "updated":
            values[key] = reader.day(value, "`updated`")
        elif key in SINGLES:
            values[key] = reader.record(SINGLES[key], value, (key,), f"`{key}`")
        elif key in sections():
            values[key] = reader.section(sections()[key], value, (key,), key)
        else:
            reader.unknown(mark, order(), "a policy")
    for key in ("controller", "updated", "data", "purposes"):
        if key not in given:
            reader.note("missing", node, f"a policy lacks `{key}`", f"add `{key}: ...`")
    if reader.findings or not isinstance(values.get("updated"), date):
        return None
    return Policy(**values)
