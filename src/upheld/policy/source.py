"""From the bytes of a YAML file to a tree of nodes that know where they stand.

Only the plain part of YAML is read: mappings, lists and scalars. Every scalar is text
until the field it fills says otherwise, so `country: NO` is Norway. Anchors, aliases and
tags are refused, which makes bombs impossible, and so are duplicate keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from upheld.policy.findings import Finding, Place

LARGEST_FILE = 1024 * 1024
"""Bytes."""
DEEPEST = 16

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    place: Place
    plain: bool = True
    """Written without quotes; only a plain scalar can be empty, true, false or a number."""

    @property
    def blank(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[tuple[Scalar, Node], ...]
    place: Place


Node = Scalar | List | Mapping


def read_text(path: Path, name: str) -> tuple[str | None, list[Finding]]:
    """The text of a file, or None with the one reason why it cannot be had."""

    def refused(code: str, message: str, hint: str) -> tuple[None, list[Finding]]:
        return None, [Finding(name, 0, 0, code, message, hint)]

    try:
        if not path.is_file():
            if path.exists():
                return refused("file.kind", "is not a file", "put a plain text file here")
            return refused("file.missing", "the file is missing", "write it beside the others")
        if path.stat().st_size > LARGEST_FILE:
            return refused("file.size", "is larger than 1 MiB", "a privacy file is a short text")
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return refused("file.unreadable", f"cannot be read: {reason}", "check its permissions")
    return decode(raw, name)


def decode(raw: bytes, name: str) -> tuple[str | None, list[Finding]]:
    """The text of the bytes of file `name`, which must be UTF-8 without control characters."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte `0x{raw[error.start]:02x}` is not UTF-8"
        hint = "save the file as UTF-8"
        return None, [Finding(name, line, column, "file.encoding", message, hint)]
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - (text.rfind("\n", 0, control.start()) + 1) + 1
        message = f"control character `U+{ord(control[0]):04X}`"
        return None, [Finding(name, line, column, "file.control", message, "remove it")]
    return text.replace("\r\n", "\n"), []


@dataclass(slots=True)
class _Open:
    """A mapping or list under construction."""

    mapping: bool
    place: Place
    children: list[Node] = field(default_factory=list)


def parse(text: str, name: str) -> tuple[Node | None, list[Finding]]:
    """The tree of the YAML in `text`; None when it is empty or not readable at all."""
    findings: list[Finding] = []
    try:
        root = _compose(yaml.parse(text, Loader=_LOADER), name, findings)
    except (yaml.YAMLError, UnicodeError) as error:
        findings.append(_unreadable(error, text, name))
        return None, findings
    if any(each.code == "yaml.alias" for each in findings):
        return None, findings  # what an alias stands for is not known, so nothing else is either
    if root is None and not findings:
        findings.append(Finding(name, 1, 1, "yaml.empty", "the file is empty", "write it first"))
    return root, findings


def _compose(events: Iterator[Any], name: str, findings: list[Finding]) -> Node | None:
    root: Node | None = None
    stack: list[_Open] = []
    documents = 0
    for event in events:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)

        def report(code: str, message: str, hint: str, at: Place = place) -> None:
            findings.append(Finding(name, *at, code, message, hint))

        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                report("yaml.documents", "a second document starts here", "keep one in a file")
                return None
            continue
        if isinstance(event, yaml.AliasEvent):
            report("yaml.alias", f"alias `*{event.anchor}`", "write the value out again")
            node: Node = Scalar("", place, plain=False)
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                report("yaml.anchor", f"anchor `&{event.anchor}`", "write the value without it")
            tag = getattr(event, "tag", None)
            if tag is not None and tag != "!":
                report("yaml.tag", f"tag `{tag}`", "write the value without it")
            if not isinstance(event, yaml.ScalarEvent):
                if len(stack) == DEEPEST:
                    report("yaml.depth", f"nested deeper than {DEEPEST} levels", "flatten it")
                    return None
                stack.append(_Open(isinstance(event, yaml.MappingStartEvent), place))
                continue
            node = Scalar(event.value, place, plain=not event.style)
        elif isinstance(event, yaml.CollectionEndEvent):
            node = _closed(stack.pop(), name, findings)
        else:
            continue
        if stack:
            stack[-1].children.append(node)
        elif not (isinstance(node, Scalar) and node.blank):
            root = node
    return root


def _closed(done: _Open, name: str, findings: list[Finding]) -> Node:
    if not done.mapping:
        return List(tuple(done.children), done.place)
    entries: list[tuple[Scalar, Node]] = []
    seen: dict[str, Place] = {}
    for key, value in zip(done.children[::2], done.children[1::2], strict=True):
        if not isinstance(key, Scalar):
            message = "a key must be a word"
            findings.append(Finding(name, *key.place, "yaml.key", message, "write `word: value`"))
            continue
        if key.text in seen:
            message = f"`{key.text}` is given twice"
            hint = f"it stands in line {seen[key.text][0]} already"
            findings.append(Finding(name, *key.place, "yaml.duplicate-key", message, hint))
            continue
        seen[key.text] = key.place
        entries.append((key, value))
    return Mapping(tuple(entries), done.place)


def _unreadable(error: Exception, text: str, name: str) -> Finding:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = text.split("\n")
    content = lines[line - 1] if line <= len(lines) else ""
    indent = content[: len(content) - len(content.lstrip())]
    if "\t" in indent or content[column - 1 : column] == "\t":
        column = content.index("\t") + 1
        return Finding(name, line, column, "yaml.tab", "a tab", "indent with spaces")
    problem = getattr(error, "problem", None) or "not a text"
    hint = "check indentation, colons, brackets and quotes around here"
    return Finding(name, line, column, "yaml.syntax", f"not readable as YAML: {problem}", hint)


def plain_data(node: Node) -> Any:
    """The tree as dicts, lists, texts, whole numbers, true, false and None."""
    if isinstance(node, Mapping):
        return {key.text: plain_data(value) for key, value in node.entries}
    if isinstance(node, List):
        return [plain_data(item) for item in node.items]
    if node.plain:
        if node.blank:
            return None
        if node.text in ("true", "false"):
            return node.text == "true"
        if node.text.isascii() and node.text.isdigit():
            return int(node.text)
    return node.text
