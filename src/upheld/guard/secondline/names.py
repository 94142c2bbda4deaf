"""Names of what the second line makes, and how they are written in SQL."""

from __future__ import annotations

import hashlib

from upheld.datamap.pathsql import quoted

OWN_SCHEMA = "upheld_second_line"
SUBJECT = "upheld_subject"
SUBJECTS = "upheld_subjects"
"""Instead of `SUBJECT` where one row can be several people's."""
MASK = "upheld_allow_mask"
SETTING = "upheld.subject"
"""Whom the statement at hand acts for, set together with a role that sees own rows."""
NAMELESS = "visitor:"
"""How `SETTING` starts while it is not known yet who acts; no row is kept under it."""

_LONGEST = 63
"""Bytes of a name in PostgreSQL; it cuts longer ones without a word."""


def floor_role(prefix: str) -> str:
    """The role of what is about no person; every other role has its rights too."""
    return short(f"{prefix}_floor")


def keeper_role(prefix: str) -> str:
    """The role of the triggers: it follows paths and writes shadow columns, nothing else."""
    return short(f"{prefix}_keeper")


def app_login(prefix: str) -> str:
    """The login of the site."""
    return short(f"{prefix}_app")


def purpose_role(prefix: str, purpose: str) -> str:
    """The role of one purpose."""
    return short(f"{prefix}_p_{purpose}")


def short(name: str) -> str:
    """Return the name, its end replaced by a digest when PostgreSQL would cut it."""
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: _LONGEST - 9].decode(errors="ignore") + "_" + digest


def literal(text: str) -> str:
    """Return the text as a literal of SQL. Raises `ValueError` for what none can hold."""
    if "\0" in text or "\\" in text:
        raise ValueError("a literal holds no backslash and no NUL")
    return "'" + text.replace("'", "''") + "'"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Return identifiers, quoted and separated by commas."""
    return ", ".join(quoted(name) for name in names)
