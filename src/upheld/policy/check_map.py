"""Whether a map agrees with its policy and with itself.

Whether it agrees with the running project is `upheld.datamap`'s question.
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.policy.extend import WholeMap
from upheld.policy.findings import Finding, Marks, Path, did_you_mean
from upheld.policy.mailkinds import ALWAYS, class_named
from upheld.policy.mapfile import Model
from upheld.policy.types import Policy


def check_map(whole: WholeMap, policy: Policy, marks: Marks | None = None) -> list[Finding]:
    """What does not agree; each unknown category is reported once, where it stands first.

    `marks` are those of the policy's file, for what the map leaves out.
    """
    marks = marks or Marks("policy.yaml")
    found = [
        each for part in (_categories, _purposes, _mail, _walls) for each in part(whole, policy)
    ]
    found += [each for part in (_unplaced, _events) for each in part(whole, policy, marks)]
    for model in whole.map.models.values():
        found += _model(whole, policy, model)
    return sorted(found)


def _finding(
    whole: WholeMap,
    code: str,
    path: Path,
    message: str,
    hint: str,
) -> Finding:
    return whole.marks_of(*path).finding(f"map.{code}", path, message, hint=hint)


def _places(whole: WholeMap) -> Iterator[tuple[str, str, Path]]:
    """Category, the words for its place, and the place, of every personal column and store."""
    for label, model in whole.map.models.items():
        for name, column in model.columns.items():
            if column.role == "category":
                path = ("models", label, "columns", name)
                yield column.category, f"`{label}.{name}`", path
    for id, store in whole.map.stores.items():
        for category in store.what:
            yield category, f"the store `{id}`", ("stores", id)


def _categories(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    reported: set[str] = set()
    for category, where, path in _places(whole):
        if category in policy.data or category in reported:
            continue
        reported.add(category)
        if category in policy.refuse:
            message = f"{where} holds `{category}`, which the policy refuses to take"
            hint = "drop the column, or take it out of `refuse`"
            yield _finding(whole, "refused", path, message, hint)
            continue
        message = f"{where} holds `{category}`, which the policy does not declare"
        hint = did_you_mean(category, policy.data)
        if not hint.startswith("did"):
            hint = "declare it in `data` of policy.yaml"
        yield _finding(whole, "undeclared-category", path, message, hint)


def _purposes(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    for section in ("routes", "tasks", "commands"):
        entries: dict[str, str] = getattr(whole.map, section)
        for id, purpose in entries.items():
            if purpose not in policy.purposes:
                message = f"`{section}.{id}` serves `{purpose}`, which the policy does not declare"
                hint = did_you_mean(purpose, policy.purposes) or "declare it in `purposes`"
                yield _finding(whole, "undeclared-purpose", (section, id), message, hint)


def _mail(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    for sender, word in whole.map.mail.items():
        if class_named(policy, word) is None:
            message = f"`mail.{sender}` sends `{word}`, which is no class of mail"
            hint = did_you_mean(word, (*policy.mail, *ALWAYS)) or "declare it in `mail`"
            yield _finding(whole, "undeclared-class", ("mail", sender), message, hint)


def _walls(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    named: list[tuple[Path, str, str]] = [
        (("models", label), label, model.wall) for label, model in whole.map.models.items()
    ]
    named += [(("subjects", id), id, kind.wall) for id, kind in whole.map.subjects.items()]
    for path, id, wall in named:
        if wall and wall not in policy.walls:
            message = f"`{id}` stands behind `{wall}`, which `walls` does not declare"
            hint = did_you_mean(wall, policy.walls) or "declare it in `walls`"
            yield _finding(whole, "undeclared-wall", path, message, hint)


def _unplaced(whole: WholeMap, policy: Policy, marks: Marks) -> Iterator[Finding]:
    placed = {category for category, _, _ in _places(whole)}
    for id in policy.data:
        if id not in placed:
            message = f"no column and no store of the map holds `{id}`"
            hint = "map where it is kept, or take it out of the policy"
            code, path = "map.unplaced-category", ("data", id)
            yield marks.finding(code, path, message, hint=hint, severity="warning")


def _events(whole: WholeMap, policy: Policy, marks: Marks) -> Iterator[Finding]:
    known = {event for model in whole.map.models.values() for event in model.event_dates}
    anchors: list[tuple[Path, str]] = []
    for id, purpose in policy.purposes.items():
        if purpose.keep is not None:
            anchors.append((("purposes", id, "keep", "after"), purpose.keep.after))
    anchors += [(("holds", id, "after"), hold.after) for id, hold in policy.holds.items()]
    for path, event in anchors:
        if event and event not in known:
            message = f"time counts from `{event}`, which no model of the map dates"
            near = did_you_mean(event, known)
            hint = near if near.startswith("did") else "add it to a model's `event_dates`"
            code = "map.undated-event"
            yield marks.finding(code, path, message, hint=hint, severity="warning")


def _model(whole: WholeMap, policy: Policy, model: Model) -> Iterator[Finding]:
    label = model.label
    path: Path = ("models", label)
    if not model.paths and not model.nobody:
        message = f"`{label}` has neither `subject` nor `nobody`"
        hint = "say whose rows these are, or why they are about no person"
        yield _finding(whole, "no-subject", path, message, hint)
    if model.unsure:
        message = f"`{label}` is unsure: {model.unsure}"
        yield _finding(whole, "unsure", path, message, "decide, then take `unsure` out")
    for name, column in model.columns.items():
        where = (*path, "columns", name)
        if column.unsure:
            message = f"`{label}.{name}` is unsure: {column.unsure}"
            hint = "decide, then take `unsure` out"
            yield _finding(whole, "unsure", where, message, hint)
        for word in column.copy_of:
            if word not in model.columns:
                message = f"`{label}.{name}` copies `{word}`, which is not listed"
                hint = did_you_mean(word, model.columns) or "list the column it copies"
                yield _finding(whole, "copy-of", where, message, hint)
        for word in column.detect:
            if word not in policy.refuse and not model.origin:
                message = f"`{label}.{name}` looks for `{word}`, which the policy does not refuse"
                hint = did_you_mean(word, policy.refuse) or "declare it in `refuse`"
                yield _finding(whole, "undeclared-refused", where, message, hint)
