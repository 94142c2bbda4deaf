"""The JSON schema of `policy.yaml`, for editors and other tools; made from the same shape
that reads it.

It cannot say which ids refer to which: `upheld lint` does. Published as
`docs/schema/policy.schema.json`.
"""

from __future__ import annotations

import json
from typing import Any

from upheld.policy.shape import (
    SENTENCE_ID,
    SHORT,
    SINGLES,
    Field,
    id_pattern,
    may_be_bare,
    record_fields,
    sections,
)
from upheld.policy.types import Sealed

PERIOD = r"^[1-9][0-9]{0,3} (hour|day|week|month|year)s?$"
LIMIT = r"^(prompt|[1-9][0-9]{0,3} (hour|day|working day|week|month|year)s?)$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

PATTERNS = {
    "country": "^[A-Z]{2}$",
    "currency": "^[A-Z]{3}$",
    "period": PERIOD,
    "limit": LIMIT,
    "day": DAY,
    "sentence": f"^{SENTENCE_ID.pattern}$",
    "path": r"^/[!-~]*$",
    "origin": r"^https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?$",
}


def policy_schema() -> dict[str, Any]:
    """The schema as plain data, JSON Schema 2020-12."""
    properties: dict[str, Any] = {
        "updated": {"type": "string", "pattern": DAY, "description": "day of the last change"},
    }
    definitions: dict[str, Any] = {}
    for name, record in SINGLES.items():
        properties[name] = _reference(record, definitions)
    for name, record in sections().items():
        properties[name] = _section(record, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://upheld.example/policy.schema.json",
        "title": "Upheld policy",
        "type": "object",
        "additionalProperties": False,
        "required": ["controller", "updated", "data", "purposes"],
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The text of the published file."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"


def _section(record: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    ids = f"^{id_pattern(record).pattern}$"
    value = _reference(record, definitions)
    if may_be_bare(record):
        value = {"anyOf": [value, {"type": "null"}]}
    mapping = {
        "type": ["object", "null"],
        "propertyNames": {"pattern": ids},
        "additionalProperties": value,
    }
    if not may_be_bare(record):
        return mapping
    listed = {"type": "array", "uniqueItems": True, "items": {"type": "string", "pattern": ids}}
    return {"anyOf": [mapping, listed]}


def _reference(record: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    name = record.__name__
    if name not in definitions:
        definitions[name] = {}  # stands in while the record's own fields are described
        definitions[name] = _record(record, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _record(record: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    fields = record_fields(record)
    whole: dict[str, Any] = {
        "type": "object",
        "description": _first_line(record),
        "additionalProperties": False,
        "properties": {field.key: _field(field, definitions) for field in fields},
    }
    required = [field.key for field in fields if field.required]
    if required:
        whole["required"] = required
    forms = [whole]
    short = SHORT.get(record)
    if short is not None:
        forms.append(next(_field(field, definitions) for field in fields if field.name == short))
    if record is Sealed:
        forms.append({"type": "boolean"})
    return whole if len(forms) == 1 else {"anyOf": forms}


def _field(field: Field, definitions: dict[str, Any]) -> dict[str, Any]:
    if field.kind == "record":
        return _reference(field.record, definitions)
    if field.kind == "flag":
        return {"type": "boolean", "default": field.default}
    if field.kind == "count":
        return {"type": "integer", "minimum": 0, "default": field.default}
    if field.kind == "day":
        return {"type": "string", "pattern": DAY}
    word = _word(field)
    if field.kind in ("text", "choice"):
        return word
    return {"anyOf": [word, {"type": "array", "uniqueItems": True, "items": word}]}


def _word(field: Field) -> dict[str, Any]:
    """A text of the field. Editors read unquoted digits as a number, which is text here."""
    choices = [choice for choice in field.choices if choice]
    if choices:
        return {"enum": choices}
    if field.format in PATTERNS:
        return {"type": "string", "pattern": PATTERNS[field.format]}
    return {"type": ["string", "integer", "boolean"]}


def _first_line(record: Any) -> str:
    return str(record.__doc__).strip().split("\n", maxsplit=1)[0]
