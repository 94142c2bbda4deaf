"""From `map.yaml` to a `MapFile`: one file, before `extends` is followed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upheld.policy.findings import Finding, Marks
from upheld.policy.mapfile import Column, MapFile, Model, Role, Store, SubjectKind, SubjectPath
from upheld.policy.read import Reader
from upheld.policy.source import List, Mapping, Node, parse, read_text

KEYS = ("extends", "subjects", "models", "routes", "tasks", "commands", "stores", "mail")
MODEL_KEYS = ("subject", "nobody", "columns", "rest", "wall", "event_dates", "formerly", "unsure")
COLUMN_KEYS = ("category", "role", "detect", "copy_of", "unique", "formerly", "unsure")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LABEL = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")
_ROOT = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_STEPS = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class MapSource:
    """One map file as read. `given` holds, for each model, the keys its author wrote."""

    extends: tuple[str, ...]
    map: MapFile
    given: dict[str, frozenset[str]]
    marks: Marks
    findings: tuple[Finding, ...]
    text: str = field(default="", repr=False)


def read_map(path: Path, *, origin: str = "", name: str = "") -> MapSource:
    """Read the file at `path`; never raises. `origin` is the package it ships with."""
    text, findings = read_text(path, name or str(path))
    if text is None:
        marks = Marks(name or str(path))
        return MapSource((), MapFile(), {}, marks, tuple(findings))
    return parse_map(text, name or str(path), origin=origin)


def parse_map(text: str, file: str = "map.yaml", *, origin: str = "") -> MapSource:
    """Read a map from text; `file` names it in findings. Never raises."""
    node, findings = parse(text, file)
    reader = Reader(file, "map")
    reader.findings.extend(findings)
    extends: tuple[str, ...] = ()
    values: dict[str, Any] = {}
    given: dict[str, frozenset[str]] = {}
    for key, (mark, value) in reader.entries(node, (), "a map").items() if node else ():
        if key == "extends":
            extends = reader.texts(value, (key,), "`extends`") or ()
        elif key == "models":
            values[key] = _models(reader, value, given, origin)
        elif key == "subjects":
            values[key] = _each(reader, value, key, _ID, _subject)
        elif key == "stores":
            values[key] = _each(reader, value, key, _ID, _store)
        elif key in ("routes", "tasks", "commands"):
            values[key] = _each(reader, value, key, None, _purpose)
        elif key == "mail":
            values[key] = _each(reader, value, key, None, _class)
        else:
            reader.unknown(mark, KEYS, "a map")
    return MapSource(extends, MapFile(**values), given, reader.marks, tuple(reader.findings), text)


Make = Callable[[Reader, str, Node, tuple[str, ...]], Any]


def _each(
    reader: Reader, node: Node, section: str, pattern: re.Pattern[str] | None, make: Make
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for id, (mark, value) in reader.entries(node, (section,), f"`{section}`").items():
        if pattern is not None and not pattern.fullmatch(id):
            hint = "write lower-case words joined by `_`"
            reader.note("id", mark, f"`{id}` cannot be an id in `{section}`", hint)
            continue
        got = make(reader, id, value, (section, id))
        if got is not None:
            found[id] = got
    return found


def _purpose(reader: Reader, id: str, node: Node, path: tuple[str, ...]) -> str | None:
    return reader.text(node, f"the purpose of `{id}`")


def _class(reader: Reader, id: str, node: Node, path: tuple[str, ...]) -> str | None:
    return reader.text(node, f"the class of mail of `{id}`")


def _subject(reader: Reader, id: str, node: Node, path: tuple[str, ...]) -> SubjectKind | None:
    what = f"`subjects.{id}`"
    wall: str | None = ""
    if isinstance(node, Mapping):
        parts = _parts(reader, node, path, what, ("root", "wall"))
        if "root" not in parts:
            reader.note("missing", node, f"{what} lacks `root`", "name a model: `auth.User`")
            return None
        if "wall" in parts:
            wall = reader.text(parts["wall"], f"`wall` of {what}")
        node = parts["root"]
    root = reader.text(node, f"`root` of {what}")
    if root is not None and not _ROOT.fullmatch(root):
        hint = "write `app.Model`, or `app.Model.column` for people known by a value"
        reader.note("label", node, f"{what}: `{root}` is no model", hint)
        return None
    return None if root is None else SubjectKind(id, root, wall or "")


def _store(reader: Reader, id: str, node: Node, path: tuple[str, ...]) -> Store | None:
    what = f"`stores.{id}`"
    note: str | None = ""
    if isinstance(node, Mapping):
        parts = _parts(reader, node, path, what, ("what", "note"))
        if "note" in parts:
            note = reader.text(parts["note"], f"`note` of {what}")
        if "what" not in parts:
            reader.note("missing", node, f"{what} lacks `what`", "name the categories it holds")
            return None
        node = parts["what"]
    held = reader.texts(node, (*path, "what"), f"`what` of {what}")
    return None if held is None else Store(id, held, note or "")


def _parts(
    reader: Reader, node: Node, path: tuple[str, ...], what: str, known: tuple[str, ...]
) -> dict[str, Node]:
    """The values of a small mapping by key, unknown keys noted."""
    found: dict[str, Node] = {}
    for key, (mark, value) in reader.entries(node, path, what).items():
        if key in known:
            found[key] = value
        else:
            reader.unknown(mark, known, what)
    return found


def _models(
    reader: Reader, node: Node, given: dict[str, frozenset[str]], origin: str
) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for label, (mark, value) in reader.entries(node, ("models",), "`models`").items():
        if not _LABEL.fullmatch(label):
            hint = "write `app_label.ModelName`"
            reader.note("label", mark, f"`{label}` is no model", hint)
            continue
        path = ("models", label)
        parts = _parts(reader, value, path, f"`{label}`", MODEL_KEYS)
        given[label] = frozenset(parts)
        found[label] = _model(reader, label, parts, path, origin)
    return found


def _model(
    reader: Reader, label: str, parts: dict[str, Node], path: tuple[str, ...], origin: str
) -> Model:
    values: dict[str, Any] = {}
    if "subject" in parts:
        paths, fallback = _paths(reader, label, parts["subject"], (*path, "subject"))
        values |= {"paths": paths, "fallback_nobody": fallback}
    if "nobody" in parts:
        values["nobody"] = reader.text(parts["nobody"], f"`nobody` of `{label}`") or ""
    if "rest" in parts:
        values["rest"] = reader.choice(parts["rest"], ("none",), f"`rest` of `{label}`") or ""
    if "wall" in parts:
        values["wall"] = reader.text(parts["wall"], f"`wall` of `{label}`") or ""
    if "unsure" in parts:
        values["unsure"] = reader.text(parts["unsure"], f"`unsure` of `{label}`") or ""
    if "columns" in parts:
        values["columns"] = _columns(reader, label, parts["columns"], (*path, "columns"))
    if "formerly" in parts:
        where = (*path, "formerly")
        labels = reader.texts(parts["formerly"], where, f"`formerly` of `{label}`") or ()
        for old in labels:
            if not _LABEL.fullmatch(old):
                hint = "write `app_label.ModelName`"
                reader.note("label", parts["formerly"], f"`{label}`: `{old}` is no model", hint)
        values["formerly"] = tuple(labels)
    if "event_dates" in parts:
        where = (*path, "event_dates")
        entries = reader.entries(parts["event_dates"], where, f"`event_dates` of `{label}`")
        dates = {id: reader.text(node, f"the date of `{id}`") for id, (_, node) in entries.items()}
        values["event_dates"] = {id: column for id, column in dates.items() if column}
    if "subject" in parts and "nobody" in parts:
        hint = "for rows without a person write `subject: ... | nobody`"
        reader.note("subject", parts["nobody"], f"`{label}` has a subject and `nobody`", hint)
    return Model(label=label, origin=origin, **values)


def _paths(
    reader: Reader, label: str, node: Node, path: tuple[str, ...]
) -> tuple[tuple[SubjectPath, ...], bool]:
    if isinstance(node, List):
        words = list(reader.texts(node, path, f"`subject` of `{label}`") or ())
    else:
        text = reader.text(node, f"`subject` of `{label}`")
        words = [] if text is None else [word.strip() for word in text.split("|")]
    found: list[SubjectPath] = []
    fallback = False
    for word in words:
        if fallback:
            hint = "put it last"
            reader.note("subject", node, f"`{label}` goes on after `nobody`", hint)
        if word == "nobody":
            fallback = True
        elif word == "self":
            found.append(SubjectPath(word, ()))
        elif _STEPS.fullmatch(word):
            found.append(SubjectPath(word, tuple(word.split("."))))
        else:
            hint = "write relation names joined by dots: `order.user | order.guest_email`"
            reader.note("subject", node, f"`{label}`: `{word}` is no path", hint)
    if fallback and not found:
        hint = 'write `nobody: "the reason"` instead of `subject`'
        reader.note("subject", node, f"`{label}` names nobody as its only subject", hint)
    return tuple(found), fallback


def _columns(reader: Reader, label: str, node: Node, path: tuple[str, ...]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for name, (mark, value) in reader.entries(node, path, f"`columns` of `{label}`").items():
        if not _COLUMN.fullmatch(name):
            hint = "write the field's name in its model"
            reader.note("column", mark, f"`{name}` is no column of `{label}`", hint)
            continue
        column = _column(reader, f"`{label}.{name}`", name, value, (*path, name))
        if column is not None:
            found[name] = column
    return found


def _column(
    reader: Reader, what: str, name: str, node: Node, path: tuple[str, ...]
) -> Column | None:
    if not isinstance(node, Mapping):
        word = reader.text(node, what)
        return None if word is None else _plain_column(name, word)
    parts = _parts(reader, node, path, what, COLUMN_KEYS)
    lists = {
        key: reader.texts(parts[key], (*path, key), f"`{key}` of {what}") or ()
        for key in ("detect", "copy_of", "formerly")
        if key in parts
    }
    unsure = reader.text(parts["unsure"], f"`unsure` of {what}") if "unsure" in parts else ""
    unique = reader.flag(parts["unique"], f"`unique` of {what}") if "unique" in parts else False
    if ("category" in parts) == ("role" in parts):
        message = f"{what} needs either `category` or `role`"
        reader.note("column", node, message, "personal data have a category")
        return None
    if "role" in parts:
        roles = ("key", "none")
        word = reader.choice(parts["role"], roles, f"`role` of {what}")
    else:
        word = reader.text(parts["category"], f"`category` of {what}")
    if word is None:
        return None
    column = _plain_column(name, word)
    return Column(
        name, column.role, column.category, unsure=unsure or "", unique=bool(unique), **lists
    )


def _plain_column(name: str, word: str) -> Column:
    role: Role = "key" if word == "key" else "none" if word == "none" else "category"
    return Column(name, role, word if role == "category" else "")
