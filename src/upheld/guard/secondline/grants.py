"""What each role may do with each table, read off the same decisions as the first line.

A column that a purpose may match has to be readable for its role: PostgreSQL knows no
privilege to compare without seeing. A table is written as a whole row, so INSERT goes with
any writable column of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from upheld.context import Actor, Context
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.datamap.pathsql import quoted
from upheld.guard.decisions import ALLOW, Decisions, compiled
from upheld.guard.secondline.names import MASK, listed

SYSTEM = Actor("system", "system:second-line")
"""Posts are the first line's affair: the role is what the purpose itself may."""

APPEND_ONLY = {
    "upheld_leaf": ("SELECT", "INSERT"),
    "upheld_leafsubject": ("SELECT", "INSERT"),
    "upheld_checkpoint": ("SELECT", "INSERT"),
    "upheld_wording": ("SELECT", "INSERT"),
    "upheld_consent": ("SELECT", "INSERT", "DELETE"),
}
"""What may be done to tables that only grow. A deletion of answers passes the ledger's own
trigger with its whole person alone. TRUNCATE is granted to nobody, here or elsewhere."""
EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Grant:
    """One privilege of one role. `column` empty = on the whole object; `role` empty = PUBLIC."""

    kind: str
    """`TABLE`, `SEQUENCE` or `SCHEMA`."""
    name: str
    column: str
    privilege: str
    role: str


def to_floor(model: BoundModel, floor: str) -> Iterator[Grant]:
    """What every purpose may do with a table that is about no person."""
    if model.relation != "nobody":
        return
    if not any(column.role == "category" for column in model.columns):
        for privilege in APPEND_ONLY.get(model.table, EVERYTHING):
            yield Grant("TABLE", model.table, "", privilege, floor)
        return
    for column in model.columns:
        if column.role != "category":
            yield Grant("TABLE", model.table, column.column, "SELECT", floor)
            yield Grant("TABLE", model.table, column.column, "UPDATE", floor)


def to_purpose(
    model: BoundModel, ruling: Decisions, role: str, shadow: str | None, led_by: frozenset[str]
) -> Iterator[Grant]:
    """What `role` may do with a table of people, or of nobody with personal columns.

    `shadow` is the table's shadow column: the right to change it is the right to lock rows,
    since its trigger puts back what is true. `led_by` are columns that paths end on: the
    first line's row rules compare them, so every purpose may too where they are sealed, and
    gets ciphertext.
    """
    personal = [column for column in model.columns if column.role == "category"]
    if (model.relation == "nobody" and not personal) or ruling.rows.get(model.table) == "refuse":
        return
    open_here = [c.column for c in model.columns if c.role != "category"]
    if model.relation == "nobody":
        open_here = []  # the floor has them
    seen = [
        c.column
        for c in personal
        if _seen(ruling, c) or (c.column in led_by and c.lookup is not None)
    ]
    if shadow and len(seen) == len(personal):
        seen += [shadow, MASK]  # so that `SELECT *` is not refused for a column nobody knows
    for name in open_here + seen:
        yield Grant("TABLE", model.table, name, "SELECT", role)
    writable = [c.column for c in personal if ruling.write[c.index] == ALLOW]
    for name in open_here + writable + ([shadow] if shadow else []):
        yield Grant("TABLE", model.table, name, "UPDATE", role)
    if writable or not personal:
        yield Grant("TABLE", model.table, "", "INSERT", role)
    if len(writable) == len(personal):
        yield Grant("TABLE", model.table, "", "DELETE", role)


def _seen(ruling: Decisions, column: BoundColumn) -> bool:
    return ruling.read[column.index] == ALLOW or ruling.match[column.index] == ALLOW


def ruling_of(governance: Active, purpose: str) -> Decisions:
    """The decisions for a purpose, whoever acts."""
    return compiled(governance, Context(purpose, SYSTEM), restricted=False)


def written(grants: frozenset[Grant], schema: str, *, revoke: bool = False) -> list[str]:
    """The statements that give (or take) `grants`, as few as can be."""
    columns: dict[tuple[str, str, str, str], list[str]] = {}
    for grant in grants:
        key = (grant.kind, grant.name, grant.privilege, grant.role)
        columns.setdefault(key, []).append(grant.column)
    merged: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (kind, name, privilege, role), named in columns.items():
        # A privilege on the table and on columns are two things to PostgreSQL.
        for group in ({""} & set(named), {column for column in named if column}):
            if group:
                together = (kind, name, privilege, tuple(sorted(group)))
                merged.setdefault(together, []).append(role)
    done = []
    for (kind, name, privilege, of), roles in sorted(merged.items()):
        what = privilege if of == ("",) else f"{privilege} ({listed(of)})"
        place = quoted(name) if kind == "SCHEMA" else f"{quoted(schema)}.{quoted(name)}"
        who = ", ".join(quoted(role) if role else "PUBLIC" for role in sorted(roles))
        done.append(
            f"REVOKE {what} ON {kind} {place} FROM {who}"
            if revoke
            else f"GRANT {what} ON {kind} {place} TO {who}"
        )
    return done
