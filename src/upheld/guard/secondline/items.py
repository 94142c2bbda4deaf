"""The parts of a second line, each with the statements that make and unmake it.

`desired - actual` is what is missing, `actual - desired` what is too much; equal parts are
equal values. `key` says which part it is, however it looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from upheld.datamap.pathsql import quoted
from upheld.guard.secondline.names import OWN_SCHEMA, literal

Key = tuple[str, ...]


class Item(Protocol):
    """One part. `make` may be run over a part of the same key that looks otherwise."""

    @property
    def key(self) -> Key: ...

    def make(self) -> list[str]: ...

    def unmake(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `strong` = it may do what no role here may (superuser, past row security)."""

    name: str
    login: bool
    inherit: bool
    strong: bool = False

    @property
    def key(self) -> Key:
        return ("role", self.name)

    def _options(self) -> str:
        return (
            f"{'LOGIN' if self.login else 'NOLOGIN'} {'INHERIT' if self.inherit else 'NOINHERIT'}"
        )

    def make(self) -> list[str]:
        return [f"ALTER ROLE {quoted(self.name)} {self._options()}"]

    def weaken(self) -> list[str]:
        """Take away what no role here may; a superuser has to run it."""
        plain = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        return [f"ALTER ROLE {quoted(self.name)} {self._options()} {plain}"]

    def create(self) -> list[str]:
        return [f"CREATE ROLE {quoted(self.name)} {self._options()}"]

    def unmake(self) -> list[str]:
        return [f"DROP ROLE {quoted(self.name)}"]


@dataclass(frozen=True, slots=True)
class Member:
    """`member` may act as `role`; it inherits from it when it is a role that inherits."""

    role: str
    member: str

    @property
    def key(self) -> Key:
        return ("member", self.role, self.member)

    def make(self) -> list[str]:
        return [f"GRANT {quoted(self.role)} TO {quoted(self.member)}"]

    def unmake(self) -> list[str]:
        return [f"REVOKE {quoted(self.role)} FROM {quoted(self.member)}"]


@dataclass(frozen=True, slots=True)
class StartsAs:
    """The role that a login has from the start; empty = its own, which may nothing."""

    login: str
    database: str
    role: str

    @property
    def key(self) -> Key:
        return ("starts", self.login)

    def make(self) -> list[str]:
        where = f"ALTER ROLE {quoted(self.login)} IN DATABASE {quoted(self.database)}"
        return [f"{where} SET role = {literal(self.role)}"]

    def unmake(self) -> list[str]:
        where = f"ALTER ROLE {quoted(self.login)} IN DATABASE {quoted(self.database)}"
        return [f"{where} RESET role"]


@dataclass(frozen=True, slots=True)
class Column:
    """A shadow column; Django's models do not see it."""

    table: str
    name: str
    kind: str

    @property
    def key(self) -> Key:
        return ("column", self.table, self.name)

    def make(self) -> list[str]:
        table, name = quoted(self.table), quoted(self.name)
        return [
            f"ALTER TABLE {table} DROP COLUMN IF EXISTS {name}",
            f"ALTER TABLE {table} ADD COLUMN {name} {self.kind}",
        ]

    def create(self) -> list[str]:
        return self.make()[1:]

    def unmake(self) -> list[str]:
        return [f"ALTER TABLE {quoted(self.table)} DROP COLUMN {quoted(self.name)}"]


@dataclass(frozen=True, slots=True)
class Index:
    """The index by which a person's rows are found."""

    name: str
    table: str
    column: str
    method: str

    @property
    def key(self) -> Key:
        return ("index", self.name)

    def make(self) -> list[str]:
        made = f"CREATE INDEX {quoted(self.name)} ON {quoted(self.table)}"
        return [
            f"DROP INDEX IF EXISTS {quoted(self.name)}",
            f"{made} USING {self.method} ({quoted(self.column)})",
        ]

    def create(self) -> list[str]:
        return self.make()[1:]

    def unmake(self) -> list[str]:
        return [f"DROP INDEX {quoted(self.name)}"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the second line, run with the keeper's rights whoever calls."""

    name: str
    arguments: str
    body: str
    owner: str
    secure: bool = True
    """Runs with its owner's rights."""
    head: str = field(default="", compare=False)
    """What stands before the body: what it returns, language, rights, search path."""

    @property
    def key(self) -> Key:
        return ("function", self.name, self.arguments)

    @property
    def _name(self) -> str:
        return f"{OWN_SCHEMA}.{quoted(self.name)}({self.arguments})"

    def make(self) -> list[str]:
        return [
            f"CREATE OR REPLACE FUNCTION {self._name} {self.head} AS $upheld${self.body}$upheld$",
            f"ALTER FUNCTION {self._name} OWNER TO {quoted(self.owner)}",
            f"REVOKE EXECUTE ON FUNCTION {self._name} FROM PUBLIC",
        ]

    def unmake(self) -> list[str]:
        return [f"DROP FUNCTION {self._name}"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger; its name ends with a digest of `when`, so that another one is another."""

    table: str
    name: str
    function: str
    enabled: bool = True
    when: str = field(default="", compare=False)
    """`BEFORE INSERT`, and what follows up to the function."""

    @property
    def key(self) -> Key:
        return ("trigger", self.table, self.name)

    def make(self) -> list[str]:
        table, name = quoted(self.table), quoted(self.name)
        event, _, condition = self.when.partition(" WHEN ")
        condition = f" WHEN ({condition})" if condition else ""
        run = f"EXECUTE FUNCTION {OWN_SCHEMA}.{quoted(self.function)}()"
        return [
            f"CREATE OR REPLACE TRIGGER {name} {event} ON {table} FOR EACH ROW{condition} {run}",
            f"ALTER TABLE {table} ENABLE TRIGGER {name}",
        ]

    def unmake(self) -> list[str]:
        return [f"DROP TRIGGER {quoted(self.name)} ON {quoted(self.table)}"]


@dataclass(frozen=True, slots=True)
class RowSecurity:
    """Row security of a table, forced = on its owner too."""

    table: str
    enabled: bool
    forced: bool

    @property
    def key(self) -> Key:
        return ("rows", self.table)

    def make(self) -> list[str]:
        table = f"ALTER TABLE {quoted(self.table)}"
        return [f"{table} ENABLE ROW LEVEL SECURITY", f"{table} FORCE ROW LEVEL SECURITY"]

    def unmake(self) -> list[str]:
        table = f"ALTER TABLE {quoted(self.table)}"
        return [f"{table} NO FORCE ROW LEVEL SECURITY", f"{table} DISABLE ROW LEVEL SECURITY"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which rows of a table `roles` see and write. `using` is as PostgreSQL writes it."""

    table: str
    name: str
    roles: tuple[str, ...]
    using: str
    permissive: bool = True
    command: str = "*"

    @property
    def key(self) -> Key:
        return ("policy", self.table, self.name)

    def make(self) -> list[str]:
        to = ", ".join(quoted(role) for role in self.roles)
        table, name = quoted(self.table), quoted(self.name)
        return [
            f"DROP POLICY IF EXISTS {name} ON {table}",
            f"CREATE POLICY {name} ON {table} TO {to} USING ({self.using})",
        ]

    def create(self) -> list[str]:
        return self.make()[1:]

    def unmake(self) -> list[str]:
        return [f"DROP POLICY {quoted(self.name)} ON {quoted(self.table)}"]


@dataclass(frozen=True, slots=True)
class Bit:
    """The place of a purpose in the mask. `default_in` = who made no choice counts as a yes."""

    purpose: str
    place: int
    default_in: bool

    @property
    def key(self) -> Key:
        return ("bit", self.purpose)

    def make(self) -> list[str]:
        values = f"({literal(self.purpose)}, {self.place}, {str(self.default_in).lower()})"
        return [
            f"INSERT INTO {OWN_SCHEMA}.bit (purpose, bit, default_in) VALUES {values}"  # noqa: S608  (a literal)
            " ON CONFLICT (purpose) DO UPDATE SET bit = excluded.bit,"
            " default_in = excluded.default_in"
        ]

    def unmake(self) -> list[str]:
        return [f"DELETE FROM {OWN_SCHEMA}.bit WHERE purpose = {literal(self.purpose)}"]  # noqa: S608  (a literal)
