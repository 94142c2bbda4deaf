"""The cursor's refusal: statements that no compiler made, unless they are plain and touch
nobody's rows.

The backends' own cursor classes call `admit` before a statement reaches the database, in
every method by which one can. Django's wrappers are no boundary: they can be walked round.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.apps import apps

from upheld import journal
from upheld.context import Context, current
from upheld.datamap.active import Active, active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.guard.decisions import ALLOW, Decisions, decisions_for
from upheld.guard.escape import reason
from upheld.guard.gate import Gate
from upheld.guard.refusal import refuse
from upheld.guard.statements import HARMLESS, Reading, read_statement


def admit(gate: Gate | None, statement: Any) -> None:
    """Let a statement pass or raise `PurposeError`. `gate` None = the connection is being
    made, by Django alone."""
    if gate is None or gate.trusted:
        return
    sql = _text(statement)
    if sql is not None and HARMLESS.match(sql):
        return
    context = current()
    if sql is None:
        _refuse(context, "a statement", "is not text that can be read", "statement")
        return
    name = fingerprint(sql)
    reading = read_statement(sql, gate.vendor)
    if reading.unreadable:
        _refuse(context, f"the statement `{name}`", f"is refused: {reading.unreadable}", name)
        return
    governance = active()
    found = map(governance.datamap.model_in_sql, reading.tables | reading.made_here)
    touched = [model for model in found if model is not None and model.is_personal]
    unknown = sorted(t for t in reading.tables if not _is_known(governance, t))
    if unknown:
        what = f"reads `{unknown[0]}`, which is no model's table"
        _refuse(context, f"the statement `{name}`", what, name)
    elif touched:
        _admit_personal(context, governance, name, reading, touched)


def refuse_method(gate: Gate | None, method: str) -> None:
    """Refuse a method that moves whole tables past every reader (`copy`, `backup`)."""
    if gate is not None and not gate.trusted:
        _refuse(current(), f"the cursor's `{method}`", "moves rows that nobody reads", method)


def fingerprint(sql: str) -> str:
    """First words and a digest: enough to find the statement, without its values."""
    words = " ".join(sql.split()[:3])[:40]
    return f"{words} #{hashlib.sha256(sql.encode()).hexdigest()[:8]}"


def _admit_personal(
    context: Context,
    governance: Active,
    name: str,
    reading: Reading,
    touched: list[BoundModel],
) -> None:
    why = reason()
    if not why and _touches_keys_alone(decisions_for(context), reading, touched):
        return
    if not why:
        _refuse(context, f"the statement `{name}`", f"touches `{touched[0].label}`", name)
        return
    ruling = decisions_for(context)
    for model in touched:
        if model.table in ruling.rows:
            what = f"touches rows of `{model.label}` that the purpose may not"
            _refuse(context, f"the statement `{name}`", what, name)
        for column in model.columns:
            if column.role != "category" or not _touches(reading, column):
                continue
            if not _allowed(ruling, reading, column):
                _refuse(context, f"the statement `{name}`", f"touches `{column.label}`", name)
    journal.note(
        journal.here(
            "break_glass",
            model=touched[0].label,
            decision="raw",
            details={"reason": why, "statement": name},
        )
    )


def _touches_keys_alone(ruling: Decisions, reading: Reading, touched: list[BoundModel]) -> bool:
    """Reading keys of tables whose every row is open, as Django does to reset sequences."""
    return not reading.writes and not any(
        model.table in ruling.rows
        or any(c.role == "category" and _touches(reading, c) for c in model.columns)
        for model in touched
    )


def _touches(reading: Reading, column: BoundColumn) -> bool:
    return reading.star or column.column.lower() in reading.columns


def _allowed(ruling: Decisions, reading: Reading, column: BoundColumn) -> bool:
    verdicts = ruling.write if reading.writes else ruling.read
    # Ciphertext written by hand would be clear text in a sealed column.
    return verdicts[column.index] == ALLOW and not (reading.writes and column.lookup is not None)


def _is_known(governance: Active, table: str) -> bool:
    if governance.datamap.model_in_sql(table) is not None or table in governance.datamap.stores:
        return True
    return table == "django_migrations" or table in _tables()


def _tables() -> frozenset[str]:
    global _known_tables
    if _known_tables is None:
        models = apps.get_models(include_auto_created=True)
        _known_tables = frozenset(model._meta.db_table.lower() for model in models)
    return _known_tables


_known_tables: frozenset[str] | None = None


def _text(statement: Any) -> str | None:
    if isinstance(statement, str):
        return statement
    if isinstance(statement, bytes):
        try:
            return statement.decode()
        except UnicodeDecodeError:
            return None
    try:
        # psycopg's composed statements
        return str(statement.as_string(None))
    except Exception:  # whatever it is, it cannot be read
        return None


def _refuse(context: Context, subject: str, what: str, target: str) -> None:
    refuse(
        context,
        f"{subject} {what}",
        hint='use the ORM, or wrap it in `upheld.guard.raw("why")` under a purpose that may'
        " touch all of it",
        target=target,
        action="read",
        reason="raw",
    )
