"""Texts that leave by a side door, without the values in them. Pure.

Databases put values into their error messages, programs put addresses into log lines. What
such texts must keep is which constraint, which column, which statement; so what has the
place or the shape of a value goes. A net, not a wall: prose that names a person by name
looks like any other prose.
"""

from __future__ import annotations

import re

GONE = "…"

_VALUES = (
    # PostgreSQL: Key (email)=(ann@x) already exists. Values may hold brackets themselves.
    (
        re.compile(r"(Key \([^=\n]*\)=)\(.*\)(?= (?:already|is not|is still|conflicts|with))"),
        r"\1(…)",
    ),
    (re.compile(r"(conflicts with existing key \([^=\n]*\)=)\(.*\)"), r"\1(…)"),
    (re.compile(r"(Failing row contains )\(.*\)", re.DOTALL), r"\1(…)"),
    (re.compile(r"(invalid input [^\n:]*: )\".*\"", re.DOTALL), r"\1…"),
    (re.compile(r"((?:date/time field value out of range|value) )\"[^\"\n]*\""), r"\1…"),
    (re.compile(r"(unnamed portal parameter \$\d+ = )'.*'"), r"\1…"),
    # What Django says of a value that does not fit: “ann” value must be ...
    (re.compile(r"“[^”\n]*”"), GONE),
)
_SHAPES = (
    (re.compile(r"u1:[\w-]{20}:[\w-]+"), "u1:…"),
    (re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<![\w.:/#-])(?!\d{4}-\d\d-\d\d)\+?\d(?:[ ()/-]?\d){6,}(?![\w:])"), GONE),
)
_LITERALS = (
    (re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL), "'…'"),
    (re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL), "'…'"),
    (re.compile(r"(?<![\w.\"])\d{4,}(?![\w\"])"), GONE),
)


def redacted(text: str) -> str:
    """Return `text` without values that databases and Django quote, and without e-mail
    addresses, telephone numbers and sealed values."""
    for pattern, instead in (*_VALUES, *_SHAPES):
        text = pattern.sub(instead, text)
    return text


def without_literals(sql: str) -> str:
    """Return a statement with its literals blanked; names and placeholders stay."""
    for pattern, instead in _LITERALS:
        sql = pattern.sub(instead, sql)
    return sql


class Withheld:
    """What stands for the parameters of a statement: how many there were."""

    __slots__ = ("count",)

    def __init__(self, params: object) -> None:
        try:
            self.count = len(params)  # type: ignore[arg-type]  # anything may come; see below
        except TypeError:
            self.count = 0

    def __len__(self) -> int:
        return self.count

    def __repr__(self) -> str:
        return f"({self.count} withheld)"
