"""The shape of `policy.yaml`, worked out from the frozen types.

One description serves the reader, the printer, the JSON schema and the difference, so the
four cannot drift apart. What the types cannot say (short forms, formats, which section a
word refers to) stands in the tables below.
"""

from __future__ import annotations

import re
import types as builtin_types
import typing
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from typing import Any, Literal

from upheld.policy.types import (
    Category,
    Change,
    CollectionPoint,
    ContactPoint,
    Controller,
    Cookie,
    Embed,
    Grant,
    Hold,
    Measure,
    Place,
    Policy,
    Proof,
    Purpose,
    Recipient,
    Retention,
    Right,
    Sealed,
    StorageKey,
    Visits,
    Wall,
)

Kind = Literal["text", "texts", "choice", "choices", "flag", "count", "day", "record"]
Format = Literal[
    "", "country", "currency", "period", "limit", "sentence", "origin", "path", "day", "id"
]

KEYS: dict[tuple[type, str], str] = {
    (Recipient, "purposes"): "for",
    (Retention, "period"): "for",
}
"""Where the word in the file is not the field's name."""

SHORT: dict[type, str] = {
    Category: "kind",
    Hold: "period",
    Sealed: "lookup",
}
"""The field that a bare scalar fills: `name.legal: identity`."""

CATEGORY_KINDS = (
    "identity",
    "contact",
    "credential",
    "behaviour",
    "preference",
    "free_text",
    "transaction",
    "technical",
    "document",
    "special",
)

FORMATS: dict[tuple[type, str], Format] = {
    (Controller, "country"): "country",
    (Controller, "currency"): "currency",
    (Recipient, "where"): "country",
    (Recipient, "until"): "day",
    (Place, "country"): "country",
    (Retention, "period"): "period",
    (Hold, "period"): "period",
    (Measure, "every"): "period",
    (Right, "within"): "limit",
    (Right, "verify_within"): "limit",
    (Visits, "keep"): "period",
    (Embed, "origin"): "origin",
    (Embed, "path"): "path",
}

REFERS: dict[tuple[type, str], str] = {
    (CollectionPoint, "required"): "data",
    (CollectionPoint, "optional"): "data",
    (Hold, "data"): "data",
    (Retention, "hold"): "holds",
    (Grant, "read"): "data",
    (Grant, "mask"): "data",
    (Grant, "match"): "data",
    (Grant, "write"): "data",
    (Purpose, "posts"): "posts",
    (Purpose, "wall"): "walls",
    (Recipient, "purposes"): "purposes",
    (Recipient, "gets"): "data",
    (Cookie, "purpose"): "purposes",
    (StorageKey, "purpose"): "purposes",
    (Embed, "purpose"): "purposes",
    (Proof, "takes"): "data",
    (Proof, "never"): "refuse",
    (Proof, "mask"): "refuse",
    (Wall, "holds"): "data",
    (Visits, "cookie"): "cookies",
    (ContactPoint, "wall"): "walls",
}
"""The section whose ids a field names."""

ID = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
COOKIE_ID = re.compile(r"[A-Za-z0-9_.-]+\*?")
SENTENCE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `key` is its word in the file, `record` the type it nests."""

    name: str
    key: str
    kind: Kind
    required: bool
    default: Any
    choices: tuple[str, ...] = ()
    record: Any = None
    optional: bool = False
    """A nested record that may be None."""
    format: Format = ""
    refers: str = ""


@cache
def record_fields(record: Any) -> tuple[Field, ...]:
    """The fields of a record in order, without `id`, which is the key that leads to it."""
    hints = typing.get_type_hints(record)
    return tuple(
        _field(record, item, hints[item.name]) for item in fields(record) if item.name != "id"
    )


def fields_of(value: Any) -> tuple[Field, ...]:
    """The fields of the record that `value` is."""
    kind: Any = type(value)
    return record_fields(kind)


@cache
def sections() -> dict[str, Any]:
    """Sections of a policy that map ids to records: name -> record type, in order."""
    hints = typing.get_type_hints(Policy)
    return {
        item.name: typing.get_args(hints[item.name])[1]
        for item in fields(Policy)
        if typing.get_origin(hints[item.name]) is dict
    }


SINGLES: dict[str, Any] = {"controller": Controller, "change": Change, "visits": Visits}
"""Parts of a policy that are one record. `updated` is a day."""


def order() -> tuple[str, ...]:
    """Top-level keys in the order they are printed: who, when, single rules, then sections."""
    return ("controller", "updated", "change", "visits", *sections())


def id_pattern(record: Any) -> re.Pattern[str]:
    """What an id of this record may look like."""
    return COOKIE_ID if record in (Cookie, StorageKey) else ID


def may_be_bare(record: Any) -> bool:
    """Whether an id alone says enough, so that a section may be a list of ids."""
    return not any(field.required for field in record_fields(record))


def _field(record: Any, item: Any, hint: Any) -> Field:
    if item.default is not MISSING:
        default = item.default
    else:
        default = item.default_factory() if item.default_factory is not MISSING else None
    kind, choices, nested, optional = _kind(hint)
    place = (record, item.name)
    if place == (Category, "kind"):
        kind, choices = "choice", CATEGORY_KINDS
    return Field(
        name=item.name,
        key=KEYS.get(place, item.name),
        kind=kind,
        required=item.default is MISSING and item.default_factory is MISSING,
        default=default,
        choices=choices,
        record=nested,
        optional=optional,
        format="sentence" if item.name == "says" else FORMATS.get(place, ""),
        refers=REFERS.get(place, ""),
    )


def _kind(hint: Any) -> tuple[Kind, tuple[str, ...], Any, bool]:
    simple: dict[Any, Kind] = {str: "text", bool: "flag", int: "count", date: "day"}
    if hint in simple:
        return simple[hint], (), None, False
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return "choice", arguments, None, False
    if origin is tuple:
        inner = _kind(arguments[0])
        return ("choices", inner[1], None, False) if inner[0] == "choice" else ("texts", *inner[1:])
    if origin is builtin_types.UnionType:
        return "record", (), arguments[0], True
    return "record", (), hint, False
