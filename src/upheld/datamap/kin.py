"""Which ways lead from a model to people, over the graph of foreign keys.

A way is proposed only as the one shortest way over forward keys that do not name an actor.
All others are shown to a human: who wrote a row, or who is reached from it, need not be
whom it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

NO_WAY = "no way leads to a person; if the rows are about none, write `nobody` and the reason"
LONGEST = 4
"""Steps. Farther people are found by nobody, so they are no subject either."""
ACTOR = re.compile(
    r"(^|_)(by|default|author|creator|editor|modifier|approver|reviewer|assignee|assigned|staff|agent"
    r"|operator|handler|manager|sender|moderator|admin)(_|$)"
)


@dataclass(frozen=True, slots=True)
class Kin:
    """What was found for one model. `path` is the one accepted, empty when `unsure` says
    why there is none; `candidates` are all shortest ways. `forward` = the rows themselves
    point at people."""

    path: str
    candidates: tuple[str, ...]
    unsure: str = ""
    forward: bool = True


def find(model: type[Model], roots: set[type[Model]]) -> Kin:
    """Look for the subject of `model`; `roots` are the models whose rows are people."""
    if _concrete(model) in roots:
        return Kin("self", ("self",))
    forward = _shortest(model, roots, reverse=False)
    if len(forward) == 1:
        return _single(forward[0], _others(model, roots, forward[0]))
    plain = [path for path in forward if _is_plain(model, path)]
    if len(plain) == 1:
        return Kin(plain[0], tuple(forward))
    if forward:
        return Kin("", tuple(forward), "several ways lead to a person: " + _list(forward))
    backward = _shortest(model, roots, reverse=True)
    if backward:
        return Kin(
            "",
            tuple(backward),
            "people only point at these rows: are they about them? " + _list(backward),
            forward=False,
        )  # fmt: skip
    return Kin("", (), NO_WAY, forward=False)


def _is_plain(model: type[Model], path: str) -> bool:
    """True where every row has the first step, and none names somebody who acted."""
    first: Any = model._meta.get_field(path.partition(".")[0])
    return not first.null and not acts(path)


def acts(path: str) -> bool:
    """True where a step names somebody who acted, not whom the row is about."""
    return any(ACTOR.search(step) for step in path.split("."))


def _single(path: str, others: list[str]) -> Kin:
    actor = next((step for step in path.split(".") if ACTOR.search(step)), None)
    if actor is not None:
        reason = f"`{path}` may be who acted (`{actor}`), not whom the row is about"
        return Kin("", (path, *others), reason)
    if others:
        reason = f"`{path}` can be empty, and there is a longer way: " + _list(others)
        return Kin("", (path, *others), reason)
    return Kin(path, (path,))


def _others(model: type[Model], roots: set[type[Model]], path: str) -> list[str]:
    """Longer ways by another first step, where the first step of `path` can be empty: the
    author of a note on somebody's order is not whom the note is about."""
    first = path.partition(".")[0]
    field: Any = model._meta.get_field(first)
    if not field.null:
        return []
    found = []
    for name, target in _steps(model, reverse=False):
        if name != first and _concrete(target) is not _concrete(model):
            found += [f"{name}.{rest}" for rest in _shortest(target, roots, reverse=False)]
    return sorted(found)


def _shortest(model: type[Model], roots: set[type[Model]], *, reverse: bool) -> list[str]:
    """All ways of the least number of steps, sorted; breadth first, no model twice."""
    seen = {_concrete(model)}
    layer: list[tuple[type[Model], tuple[str, ...]]] = [(model, ())]
    for _ in range(LONGEST):
        following: list[tuple[type[Model], tuple[str, ...]]] = []
        found = []
        for here, steps in layer:
            for name, target in _steps(here, reverse=reverse and not steps):
                way = (*steps, name)
                if _concrete(target) in roots:
                    found.append(".".join(way))
                elif _concrete(target) not in seen:
                    following.append((target, way))
        if found:
            return sorted(found)
        seen |= {_concrete(target) for target, _ in following}
        layer = following
    return []


def _steps(model: type[Model], *, reverse: bool) -> Iterator[tuple[str, type[Model]]]:
    """Relations from `model` by name: forward keys; with `reverse`, those that point at it."""
    for field in model._meta.get_fields():
        related: Any = getattr(field, "related_model", None)
        if not field.is_relation or related in (None, "self") or related._meta.swapped:
            continue
        if getattr(field, "parent_link", False):
            continue  # a child of multi-table inheritance finds its parent's keys anyway
        forward = bool(field.concrete) and not field.many_to_many
        if forward if not reverse else (field.auto_created or field.many_to_many):
            yield field.name, related


def _concrete(model: type[Model]) -> type[Model]:
    return model._meta.concrete_model or model


def _list(paths: list[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)
