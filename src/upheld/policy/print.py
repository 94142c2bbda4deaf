"""A policy as canonical YAML: one order, one way to write each thing, defaults left out.

Reading what is printed gives the same policy again.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from upheld.policy.shape import SINGLES, Field, fields_of, sections
from upheld.policy.types import ALL, Grant, Policy, Sealed

WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9 _./@+()'&;-]*")
_LOOKS_TYPED = re.compile(
    r"(?:true|false|yes|no|on|off|y|n|null|none|~|[-+]?[0-9][0-9_.,:eExXoObB+-]*)", re.IGNORECASE
)


def print_policy(policy: Policy) -> str:
    """The text of `policy.yaml` that says `policy`."""
    lines = [
        *_entry("controller", policy.controller, 0),
        f"updated: {policy.updated.isoformat()}",
    ]
    for single in ("change", "visits"):
        if getattr(policy, single) != SINGLES[single]():
            lines += _entry(single, getattr(policy, single), 0)
    for name in sections():
        section = getattr(policy, name)
        if not section and name not in ("data", "purposes"):
            continue
        lines += ["", f"{name}:" if section else f"{name}: {{}}"]
        for id, record in section.items():
            lines += _entry(id, record, 2)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    """`key: {...}` in one line where it fits, else one line for each field."""
    head = " " * indent + _scalar(key) + ":"
    said = _said(value)
    flow = "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in said) + "}"
    if len(head) + 1 + len(flow) <= WIDTH:
        return [f"{head} {flow}"]
    lines = [head]
    for name, each in said:
        lines += _field(name, each, indent + 2)
    return lines


def _field(name: str, value: Any, indent: int) -> list[str]:
    head = " " * indent + name + ":"
    flow = _flow(value)
    if len(head) + 1 + len(flow) <= WIDTH or isinstance(value, str):
        return [f"{head} {flow}"]
    if isinstance(value, tuple):
        return [head, *(f"{' ' * (indent + 2)}- {_scalar(word)}" for word in value)]
    return _entry(name, value, indent)


def _said(value: Any) -> list[tuple[str, Any]]:
    """The fields that say something, each under its word in the file."""
    found: list[tuple[str, Any]] = []
    for field in fields_of(value):
        inner = getattr(value, field.name)
        if field.required or inner != field.default:
            found.append((field.key, _words(value, field, inner)))
    return found


def _words(record: Any, field: Field, value: Any) -> Any:
    if isinstance(record, Grant) and isinstance(value, tuple):
        return "all" if value == (ALL,) else tuple("all" if w == ALL else w for w in value)
    return value


def _flow(value: Any) -> str:
    if value == Sealed():
        return "true"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_scalar(word) for word in value) + "]"
    return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in _said(value)) + "}"


def _scalar(text: str) -> str:
    """The text, in quotes where YAML could take it for something else."""
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and not _LOOKS_TYPED.fullmatch(text)
    if plain:
        return text
    # JSON's quoting is YAML's double quoting, save three signs that YAML takes for line ends.
    quoted = json.dumps(text, ensure_ascii=False)
    for sign, escape in (("\x85", "\\N"), ("\u2028", "\\L"), ("\u2029", "\\P")):
        quoted = quoted.replace(sign, escape)
    return "".join(_escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    """Signs that may not stand in the file are written by number."""
    number = ord(sign)
    if number == 0x7F or 0x80 <= number <= 0x9F or 0xFFFE <= number <= 0xFFFF or number == 0xFEFF:
        return f"\\u{number:04x}"
    return sign
