"""Whether a map agrees with its policy and with itself.

Whether it agrees with the running project is `upheld.datamap`'s question.
"""

from __future__ import annotations

from collections.abc import Iterator

from upheld.policy.extend import WholeMap
from upheld.policy.findings import Finding, Path, Severity, did_you_mean
from upheld.policy.mapfile import Model
from upheld.policy.types import Policy


def check_map(whole: WholeMap, policy: Policy) -> list[Finding]:
    """What does not agree; each unknown category is reported once, where it stands first."""
    checks = (_categories, _purposes, _walls, _unplaced, _events)
    found = [finding for part in checks for finding in part(whole, policy)]
    for model in whole.map.models.values():
        found += _model(whole, policy, model)
    return sorted(found)


def _finding(
    whole: WholeMap,
    code: str,
    path: Path,
    message: str,
    hint: str,
    severity: Severity = "error",
) -> Finding:
    marks = whole.marks_of(*path)
    return marks.finding(f"map.{code}", path, message, hint=hint, severity=severity)


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


def _unplaced(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    placed = {category for category, _, _ in _places(whole)}
    for id in policy.data:
        if id not in placed:
            message = f"no column and no store holds `{id}`"
            hint = "map where it is kept, or take it out of the policy"
            yield _finding(whole, "unplaced-category", (), message, hint, "warning")


def _events(whole: WholeMap, policy: Policy) -> Iterator[Finding]:
    keeps = {id: each.keep for id, each in policy.purposes.items() if each.keep}
    known = {event for model in whole.map.models.values() for event in model.event_dates}
    anchors = {f"purposes.{id}": keep.after for id, keep in keeps.items()}
    anchors |= {f"holds.{id}": hold.after for id, hold in policy.holds.items() if hold.after}
    reported: set[str] = set()
    for rule, event in anchors.items():
        if event not in known and event not in reported:
            reported.add(event)
            message = f"`{rule}` counts from `{event}`, which no model dates"
            near = did_you_mean(event, known)
            hint = near if near.startswith("did") else "add it to a model's `event_dates`"
            yield _finding(whole, "undated-event", (), message, hint, "warning")


def _model(whole: WholeMap, policy: Policy, model: Model) -> Iterator[Finding]:
    label = model.label
    path: Path = ("models", label)
    if not model.paths and not model.nobody:
        message = f"`{label}` has neither `subject` nor `nobody`"
        hint = "say whose rows these are, or why they are about no person"
        yield _finding(whole, "no-subject", path, message, hint)
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
