"""A policy in the words of other tools: our own JSON, W3C DPV, the fideslang taxonomy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

from upheld.policy.dpv import to_dpv
from upheld.policy.fides import to_fides
from upheld.policy.shape import SINGLES, fields_of, sections
from upheld.policy.types import ALL, Grant, Policy

FORMATS: dict[str, Callable[[Policy], dict[str, Any]]] = {}
"""Format name -> the policy as plain data."""


def export(policy: Policy, format: str, *, as_json: bool = False) -> str:
    """The policy as text in `format`. fides is YAML unless `as_json`; the others are JSON."""
    data = FORMATS[format](policy)
    if format == "fides" and not as_json:
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def to_data(policy: Policy) -> dict[str, Any]:
    """The policy as dicts, lists and texts that fit the published JSON schema. Every field is
    written, so that a reader need not know the defaults; empty texts are left out."""
    found: dict[str, Any] = {
        "controller": _record(policy.controller),
        "updated": policy.updated.isoformat(),
    }
    for name in SINGLES:
        found[name] = _record(getattr(policy, name))
    for name in sections():
        found[name] = {id: _record(each) for id, each in getattr(policy, name).items()}
    return found


def _record(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields_of(record):
        value = getattr(record, field.name)
        if value is not None and (value != "" or field.required):
            found[field.key] = _plain(record, field.kind, value)
    return found


def _plain(record: Any, kind: str, value: Any) -> Any:
    if kind == "record":
        return _record(value)
    if isinstance(value, tuple):
        grant = isinstance(record, Grant)
        return ["all" if grant and word == ALL else word for word in value]
    return value.isoformat() if isinstance(value, date) else value


FORMATS.update({"json": to_data, "dpv": to_dpv, "fides": to_fides})
