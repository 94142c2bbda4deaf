"""From nodes to values: every mistake is noted with its place, reading goes on.

A `Reader` never raises. Where a value cannot be had it returns None and has noted why, so
one run reports everything that is wrong with a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from upheld.policy.findings import Finding, Marks, Path, did_you_mean
from upheld.policy.period import PROMPT, parse_period
from upheld.policy.shape import (
    SENTENCE_ID,
    SHORT,
    Field,
    id_pattern,
    may_be_bare,
    record_fields,
)
from upheld.policy.source import List, Mapping, Node, Scalar
from upheld.policy.types import ALL, Category, Grant, Sealed

_ORIGIN = re.compile(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?")
_RENAMED = {
    "purposes": "`for` names the purposes",
    "period": "`for` says how long",
    "retention": "`keep` says how long",
    "legal_basis": "`basis` names the ground",
    "subject": "`subject` belongs into map.yaml",
}


class Reader:
    """Reads one file's tree. `prefix` starts its codes: `policy`, `map`, `register`."""

    def __init__(self, file: str, prefix: str) -> None:
        self.prefix = prefix
        self.marks = Marks(file)
        self.findings: list[Finding] = []

    def note(self, code: str, node: Node, message: str, hint: str = "") -> None:
        """Note an error about `node`."""
        line, column = node.place
        found = Finding(self.marks.file, line, column, f"{self.prefix}.{code}", message, hint)
        self.findings.append(found)

    def entries(self, node: Node, path: Path, what: str) -> dict[str, tuple[Scalar, Node]]:
        """The entries of a mapping by key; a blank value is an empty mapping.

        What a key leads to is marked where the key stands.
        """
        self.marks.places.setdefault(path, node.place)
        if isinstance(node, Mapping):
            for key, _ in node.entries:
                self.marks.places[(*path, key.text)] = key.place
            return {key.text: (key, value) for key, value in node.entries}
        if not (isinstance(node, Scalar) and node.blank):
            self.note(
                "type", node, f"{what} must be a mapping", "write `key: value` lines under it"
            )
        return {}

    def unknown(self, key: Scalar, known: Iterable[str], what: str) -> None:
        """Note that `key` is not a word of `what`."""
        words = list(known)
        near = did_you_mean(key.text, words)
        hint = near if near.startswith("did") else _RENAMED.get(key.text, near)
        self.note("unknown-key", key, f"{what} has no `{key.text}`", hint)

    def text(self, node: Node, what: str) -> str | None:
        """A text that is not blank."""
        if not isinstance(node, Scalar):
            self.note("type", node, f"{what} must be a text", "write it in one line")
            return None
        if node.blank:
            self.note("empty", node, f"{what} has no value", "write one or remove the line")
            return None
        return node.text

    def texts(self, node: Node, path: Path, what: str) -> tuple[str, ...] | None:
        """A list of texts; a single one may stand without brackets."""
        if isinstance(node, Mapping):
            self.note("type", node, f"{what} must be a list", "write `[one, two]`")
            return None
        items = node.items if isinstance(node, List) else (node,)
        found: list[str] = []
        for index, item in enumerate(items):
            self.marks.places[(*path, index)] = item.place
            word = self.text(item, f"an entry of {what}")
            if word is None:
                continue
            if word in found:
                hint = "name it once"
                self.note("duplicate", item, f"{what} names `{word}` twice", hint)
                continue
            found.append(word)
        return tuple(found)

    def flag(self, node: Node, what: str) -> bool | None:
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        self.note("type", node, f"{what} must be `true` or `false`", "write one of the two")
        return None

    def count(self, node: Node, what: str) -> int | None:
        plain = isinstance(node, Scalar) and node.plain
        if isinstance(node, Scalar) and plain and re.fullmatch("[0-9]{1,9}", node.text):
            return int(node.text)
        self.note("type", node, f"{what} must be a whole number", "write digits only")
        return None

    def day(self, node: Node, what: str) -> date | None:
        if isinstance(node, Scalar) and _is_day(node.text):
            return date.fromisoformat(node.text)
        said = f"`{node.text}`" if isinstance(node, Scalar) else "this"
        self.note("day", node, f"{what}: {said} is not a day", "write year-month-day: 2026-11-22")
        return None

    def choice(self, node: Node, choices: Iterable[str], what: str) -> str | None:
        word = self.text(node, what)
        if word is None:
            return None
        return word if self._chosen(word, node, choices, what) else None

    def _chosen(self, word: str, node: Node, choices: Iterable[str], what: str) -> bool:
        known = [choice for choice in choices if choice]
        if word in known:
            return True
        self.note("choice", node, f"{what} cannot be `{word}`", did_you_mean(word, known))
        return False

    def record(self, record: Any, node: Node, path: Path, what: str, id: str = "") -> Any:
        """A record of the frozen types, None when something it needs cannot be had."""
        short = SHORT.get(record)
        if short is not None and isinstance(node, Scalar) and not node.blank:
            node = Mapping(((Scalar(short, node.place), node),), node.place)
        known = {field.key: field for field in record_fields(record)}
        given = self.entries(node, path, what)
        if not isinstance(node, Mapping) and not (isinstance(node, Scalar) and node.blank):
            return None
        values: dict[str, Any] = {"id": id} if id else {}
        usable = True
        for key, (mark, value) in given.items():
            field = known.get(key)
            if field is None:
                self.unknown(mark, known, what)
                continue
            got = self.value(record, field, value, (*path, key), f"`{key}` of {what}")
            if got is None and not (field.optional and _says_no(value)):
                usable = False
            values[field.name] = got
        for field in known.values():
            if field.required and field.key not in given:
                usable = False
                hint = f"add `{field.key}: ...`"
                self.note("missing", node, f"{what} lacks `{field.key}`", hint)
        return record(**values) if usable else None

    def value(self, record: Any, field: Field, node: Node, path: Path, what: str) -> Any:
        """The value of one field of a record."""
        if field.kind == "record":
            return self._nested(field, node, path, what)
        if field.kind in ("texts", "choices"):
            words = self.texts(node, path, what)
            if words is None:
                return None
            if record is Grant and "all" in words:
                words = tuple(dict.fromkeys(ALL if word == "all" else word for word in words))
            parts = node.items if isinstance(node, List) else (node,)
            for item in parts:
                if isinstance(item, Scalar) and not item.blank:
                    self._format(field, item, item.text, f"an entry of {what}")
            return words
        readers: dict[str, Callable[[Node, str], Any]] = {
            "flag": self.flag,
            "count": self.count,
            "day": self.day,
        }
        if field.kind in readers:
            return readers[field.kind](node, what)
        word = self.text(node, what)
        if word is None and isinstance(node, Scalar) and not node.plain and not field.required:
            return ""
        if word is None or not self._format(field, node, word, what):
            return None
        return word

    def _nested(self, field: Field, node: Node, path: Path, what: str) -> Any:
        if field.record is Sealed and isinstance(node, Scalar) and node.plain:
            if node.text == "true":
                return Sealed()
            if node.text == "false":
                return None
        return self.record(field.record, node, path, what)

    def _format(self, field: Field, node: Node, word: str, what: str) -> bool:
        if field.choices:
            return self._chosen(word, node, field.choices, what)
        wrong = _wrong(field.format, word)
        if wrong:
            code, message, hint = wrong
            self.note(code, node, f"{what}: `{word}` {message}", hint)
        return not wrong

    def section(self, record: Any, node: Node, path: Path, what: str) -> dict[str, Any]:
        """A mapping of ids to records, or a list of ids where an id alone says enough."""
        if isinstance(node, List) and may_be_bare(record):
            blank = [(item, Scalar("", item.place)) for item in node.items]
            pairs: list[tuple[Node, Node]] = [*blank]
            self.marks.places.setdefault(path, node.place)
        else:
            pairs = [*self.entries(node, path, f"`{what}`").values()]
        found: dict[str, Any] = {}
        for key, value in pairs:
            id = self.text(key, f"an id in `{what}`")
            if id is None:
                continue
            self.marks.places[(*path, id)] = key.place
            if not id_pattern(record).fullmatch(id):
                hint = "write lower-case words joined by `.`, `_` or `-`"
                self.note("id", key, f"`{id}` cannot be an id in `{what}`", hint)
                continue
            if record is Category and id == "all":
                hint = "in a grant `all` means every category"
                self.note("id", key, "`all` cannot be an id in `data`", hint)
                continue
            if id in found:
                self.note("duplicate", key, f"`{what}` names `{id}` twice", "name it once")
                continue
            got = self.record(record, value, (*path, id), f"`{what}.{id}`", id)
            if got is not None:
                found[id] = got
        return found


def _says_no(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == "false"


def _is_day(word: str) -> bool:
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", word, re.ASCII) is not None


def _wrong(format: str, word: str) -> tuple[str, str, str] | None:
    """Code, message and hint when `word` is not of the format."""
    if format == "country" and not re.fullmatch("[A-Z]{2}", word):
        return "country", "is not a country code", "two capitals of ISO 3166: `US`, `GB`"
    if format == "currency" and not re.fullmatch("[A-Z]{3}", word):
        return "currency", "is not a currency code", "three capitals of ISO 4217: `USD`"
    if format == "sentence" and not SENTENCE_ID.fullmatch(word):
        return "sentence-id", "is not a sentence id", "lower-case words joined by `-`"
    if format == "day" and not _is_day(word):
        return "day", "is not a day", "write year-month-day: 2026-11-22"
    if format == "origin" and not _ORIGIN.fullmatch(word):
        return "origin", "is not an origin", "write scheme and host only: `https://host.example`"
    if format == "path" and not re.fullmatch("/[!-~]*", word):
        return "path", "is not a path", "write what follows the host: `/widget.js`"
    period = parse_period(word)
    if format == "period" and (period is None or period.unit == "working day"):
        return "period", "is not a period", "write a number and a unit: `30 days`, `6 years`"
    if format == "limit" and period is None and word != PROMPT:
        return "period", "is not a limit", "write `7 working days`, `1 month` or `prompt`"
    return None
