"""What the database says of itself: its tables, and everything of the second line in it.

Read from the catalogs, which every login may read, so that the running site can be checked
by its own login.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.db import connections

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.guard.secondline.names import OWN_SCHEMA


@dataclass(frozen=True, slots=True)
class Table:
    """A table (or materialized view) of the site's schema."""

    name: str
    owner: str
    columns: frozenset[str]
    sequences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """One database. `bound` is False where FORCE does not bind the owner: a superuser."""

    database: str
    schema: str
    user: str
    owner: str
    bound: bool
    tables: dict[str, Table]
    installed: bool
    bits: dict[str, tuple[int, bool]]
    """Purpose -> (position in the mask, whether silence is a yes)."""

    @property
    def can_change(self) -> bool:
        """Whether this login may change the tables: it owns them, or owns everything."""
        return not self.bound or self.user == self.owner


def owner_alias(using: str) -> str:
    """The alias of the owner of the tables that `using` reaches by the site's login.

    Raises `ConfigurationError` when `using` has no second line.
    """
    known = conf().SECOND_LINE
    if using not in known:
        raise ConfigurationError(
            f"the database `{using}` has no second line",
            hint="name it in `SECOND_LINE` of the setting `UPHELD`, with the alias of its owner",
        )
    owner = known[using]
    if owner not in connections:
        raise ConfigurationError(
            f"`SECOND_LINE` names the database `{owner}`, which is not in `DATABASES`",
            hint="add the same database there with the owner of its tables as `USER`",
        )
    return owner


@contextmanager
def reading(using: str) -> Iterator[Any]:
    """A cursor for the second line's own statements, which no reader has to judge."""
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        raise ConfigurationError(
            f"the database `{using}` is not PostgreSQL",
            hint="a second line needs roles and row security, which SQLite does not have",
        )
    with connection.gate.trusting(), connection.cursor() as cursor:
        yield cursor


def owned_sql(name: str) -> str:
    """Return the text of `sql/<name>.sql`."""
    return (files("upheld.guard.secondline") / "sql" / f"{name}.sql").read_text("utf-8")


def facts_of(using: str) -> Facts:
    """Read the facts of the database behind `using`."""
    with reading(using) as cursor:
        cursor.execute("SELECT current_database(), current_schema(), current_user")
        database, schema, user = cursor.fetchone()
        cursor.execute(owned_sql("tables"))
        tables = {
            name: Table(name, owner, frozenset(columns), tuple(sorted(sequences)))
            for name, owner, columns, sequences in cursor.fetchall()
        }
        owner = next((t.owner for n, t in tables.items() if n == "django_migrations"), user)
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = %s", [owner]
        )
        row = cursor.fetchone()
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{OWN_SCHEMA}.bit"])
        installed = bool(cursor.fetchone()[0])
        bits: dict[str, tuple[int, bool]] = {}
        if installed:
            cursor.execute(f"SELECT purpose, bit, default_in FROM {OWN_SCHEMA}.bit")  # noqa: S608  (a constant)
            bits = {purpose: (bit, default_in) for purpose, bit, default_in in cursor.fetchall()}
    return Facts(database, schema, user, owner, not (row and row[0]), tables, installed, bits)
