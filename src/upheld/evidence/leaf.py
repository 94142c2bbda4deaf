"""One leaf of the log: what was done with whose data, as canonical bytes.

A leaf never holds a subject in clear. `subjects` and `actor_ref` of a person are
pseudonyms (`upheld.evidence.pseudonym`), so a leaf survives erasure unlinked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import rfc8785

from upheld.errors import EvidenceError

VERSION = 1
_FIELDS = (
    "actor", "at", "categories", "count", "decision", "details", "id", "kind", "model",
    "part", "place", "posts", "purpose", "ref", "request", "rows", "subjects", "v",
)  # fmt: skip
_MARK_WIDTH = 8
_EXACT = 2**53 - 1
_quoted = json.encoder.encode_basestring
_quoted_ascii = json.encoder.encode_basestring_ascii
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event as it is logged.

    `id` is 32 hex digits, unique in the log. `at` is UTC in RFC 3339 with microseconds.
    `actor` is the kind (visitor, member, staff, system), `ref` the pseudonym or, for
    visitors and the system, the plain reference. `count` is how many statements of one
    request were merged, `rows` the rows they touched. `part` is `(n, of)`: an event with
    very many subjects is written as several leaves. `details` holds facts of a kind,
    e.g. the recipient of a disclosure; never personal data.
    """

    id: str
    at: str
    kind: str
    purpose: str = ""
    actor: str = ""
    ref: str = ""
    posts: tuple[str, ...] = ()
    place: str = ""
    request: str = ""
    model: str = ""
    categories: tuple[str, ...] = ()
    rows: int = 0
    count: int = 1
    subjects: tuple[str, ...] = ()
    decision: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    part: tuple[int, int] = (1, 1)


def encode(leaf: Leaf) -> bytes:
    """Return the canonical bytes (RFC 8785 JSON, UTF-8) that are hashed."""
    if leaf.details or leaf.rows > _EXACT or leaf.count > _EXACT:
        return rfc8785.dumps(_as_record(leaf))
    # The names below stand in order and no number is beyond what RFC 8785 can write, so
    # putting the strings together gives the same bytes at a tenth of the cost. Each request
    # pays it for each of its events.
    text = (
        f'{{"actor":{_quoted(leaf.actor)},"at":{_quoted(leaf.at)}'
        f',"categories":{_list(leaf.categories)},"count":{leaf.count:d}'
        f',"decision":{_quoted(leaf.decision)},"details":{{}}'
        f',"id":{_quoted(leaf.id)},"kind":{_quoted(leaf.kind)},"model":{_quoted(leaf.model)}'
        f',"part":[{leaf.part[0]:d},{leaf.part[1]:d}],"place":{_quoted(leaf.place)}'
        f',"posts":{_list(leaf.posts)},"purpose":{_quoted(leaf.purpose)}'
        f',"ref":{_quoted(leaf.ref)},"request":{_quoted(leaf.request)},"rows":{leaf.rows:d}'
        f',"subjects":{_list(leaf.subjects)},"v":{VERSION}}}'
    )
    return text.encode()


def _list(texts: tuple[str, ...]) -> str:
    return f"[{','.join(map(_quoted, texts))}]"


def _as_record(leaf: Leaf) -> dict[str, Any]:
    return {
        "actor": leaf.actor,
        "at": leaf.at,
        "categories": list(leaf.categories),
        "count": leaf.count,
        "decision": leaf.decision,
        "details": dict(leaf.details),
        "id": leaf.id,
        "kind": leaf.kind,
        "model": leaf.model,
        "part": list(leaf.part),
        "place": leaf.place,
        "posts": list(leaf.posts),
        "purpose": leaf.purpose,
        "ref": leaf.ref,
        "request": leaf.request,
        "rows": leaf.rows,
        "subjects": list(leaf.subjects),
        "v": VERSION,
    }


def decode(data: bytes | str) -> Leaf:
    """Read canonical bytes back. Raises `EvidenceError` for what `encode` cannot have made."""
    return _leaf(_record(data))


def decode_marked(data: bytes | str) -> tuple[Leaf, str]:
    """Return the leaf and its `marks`, the bytes read once. Raises as `decode` does."""
    record = _record(data)
    kept = "".join([_mark(record[name]) for name in _FIELDS])
    return _leaf(record), kept


def _record(data: bytes | str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise EvidenceError("a leaf is no JSON") from error
    if not isinstance(record, dict) or record.get("v") != VERSION:
        version = record.get("v") if isinstance(record, dict) else None
        raise EvidenceError(
            f"leaf version `{version}` is unknown",
            hint=f"this release reads version {VERSION}",
        )
    if tuple(sorted(record)) != _FIELDS:
        odd = sorted(set(record) ^ set(_FIELDS))
        raise EvidenceError(f"a leaf has wrong fields: `{'`, `'.join(odd)}`")
    return record


def _leaf(record: dict[str, Any]) -> Leaf:
    del record["v"]
    for name in ("posts", "categories", "subjects", "part"):
        record[name] = tuple(record[name])
    return Leaf(**record)


def marks(data: bytes | str) -> str:
    """Return a checksum per field, as hex in the order of the field names.

    Kept beside the leaf so that a change can be named by its field. Not a safeguard: the
    tree finds the change, the marks say where it is.
    """
    record = json.loads(data)
    return "".join(_mark(record.get(name)) for name in _FIELDS)


def changed_fields(data: bytes | str, kept: str) -> tuple[str, ...]:
    """Name the fields of `data` that do not fit the `marks` kept; empty when all do."""
    try:
        record = json.loads(data)
    except ValueError:
        return ()
    if not isinstance(record, dict):
        return ()
    width = _MARK_WIDTH
    changed = [
        name
        for number, name in enumerate(_FIELDS)
        if kept[number * width : (number + 1) * width] != _mark(record.get(name))
    ]
    return (*changed, *sorted(set(record) - set(_FIELDS)))


def _mark(value: object) -> str:
    return f"{crc32(_as_json(value).encode()):0{_MARK_WIDTH}x}"


def _as_json(value: object) -> str:
    """What `_canonical` gives, in short for the kinds of values that leaves have most."""
    if value.__class__ is str:
        return _quoted_ascii(value)
    if value.__class__ is int:
        return str(value)
    if value.__class__ is list:
        return f"[{','.join(map(_as_json, value))}]"
    return "{}" if value == {} else _canonical(value)
