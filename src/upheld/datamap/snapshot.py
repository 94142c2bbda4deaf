"""`map.lock`: what each column was when somebody last looked, one line a column.

Committed beside the map. A `rest: none` stays honest by it: a column that a new release of
an app brings shows up as a changed line, and that fails the build until someone decides.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from upheld.datamap.bound import BoundColumn, BoundModel, DataMap
from upheld.errors import ConfigurationError

FILE = "map.lock"
HEADER = (
    "# Written by `manage.py upheld map --write`. One line a column:\n"
    "# column, what it is, how it is kept, whose the row is.\n"
)


def text(datamap: DataMap) -> str:
    """Return the whole snapshot, sorted, with its header. The engine's tables are left out:
    they change with Upheld, not with the site."""
    lines = [
        _line(model, column)
        for model in datamap.models
        if not model.label.startswith("upheld.")
        for column in model.columns
    ]
    return HEADER + "".join(f"{line}\n" for line in sorted(lines))


def write(datamap: DataMap, folder: Path) -> Path:
    """Write the snapshot into the privacy folder, whole or not at all; return its path."""
    path = folder / FILE
    fresh = path.with_name(FILE + ".new")
    fresh.write_text(text(datamap), encoding="utf-8")
    fresh.replace(path)
    return path


def drift(datamap: DataMap, folder: Path) -> list[str]:
    """Return the changed lines, `- ` as committed and `+ ` as it is; empty = no drift.

    Raises `ConfigurationError` when there is no snapshot.
    """
    path = folder / FILE
    try:
        committed = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            f"`{FILE}` is missing", hint="write and commit it: `manage.py upheld map --write`"
        ) from None
    changed = difflib.ndiff(_columns(committed), _columns(text(datamap)))
    return [line for line in changed if line.startswith(("- ", "+ "))]


def _columns(content: str) -> list[str]:
    return [line for line in content.splitlines() if line and not line.startswith("#")]


def _line(model: BoundModel, column: BoundColumn) -> str:
    what = column.category or column.role
    kept = "clear" if column.lookup is None else f"sealed:{column.lookup}"
    if column.copy_of:
        what += " copy of " + ",".join(column.copy_of)
    if column.unique:
        what += " unique"
    return f"{column.label} | {what} | {kept} | {_whose(model)}"


def _whose(model: BoundModel) -> str:
    if not model.paths:
        return "nobody" if model.nobody else "undeclared"
    paths = [path.text for path in model.paths]
    return " or ".join([*paths, "nobody"] if model.fallback_nobody else paths)
