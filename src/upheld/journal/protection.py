"""Append-only tables, kept so by the database itself.

The statements live in `sql/<vendor>.sql` of the room that owns the table, separated by
blank lines, and may be run again at any time.
"""

from __future__ import annotations

from importlib.resources import files

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


def protect_log(*, using: str, **_: object) -> None:
    """After each `migrate`: install the triggers of the log."""
    install("upheld.journal", table="upheld_leaf", using=using)


def install(package: str, *, table: str, using: str, in_memory: bool = False) -> None:
    """Run the statements of `package` (`upheld.journal`) where its `table` exists.

    A database in memory belongs to one process and ends with it. It is left without
    triggers unless asked, since Django's test runner empties it by deleting rows.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and _is_in_memory(connection) and not in_memory:
        return
    if table not in connection.introspection.table_names():  # migrated back, or routed away
        return
    with connection.schema_editor() as editor:
        for statement in statements(package, connection.vendor):
            editor.execute(statement, params=None)


def statements(package: str, vendor: str) -> list[str]:
    """Return the statements of the package's SQL file for `vendor`, comments left out."""
    text = (files(package) / "sql" / f"{vendor}.sql").read_text("utf-8")
    blocks = text.strip().split("\n\n")
    return [block for block in blocks if not block.startswith("--")]


def _is_in_memory(connection: BaseDatabaseWrapper) -> bool:
    name = str(connection.settings_dict["NAME"])
    return name == ":memory:" or "mode=memory" in name
