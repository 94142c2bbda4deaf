"""What databases, Django and programs write, without the values in it."""

from __future__ import annotations

import pytest

from upheld.guard.redaction import Withheld, redacted, without_literals

TEXTS = [
    (
        'duplicate key value violates unique constraint "u"\n'
        "DETAIL:  Key (email)=(ann@mail.example) already exists.",
        'duplicate key value violates unique constraint "u"\n'
        "DETAIL:  Key (email)=(…) already exists.",
    ),
    (
        "Key (name, born)=(Ann (Mrs) Lee), 1980-01-01) already exists.",
        "Key (name, born)=(…) already exists.",
    ),
    (
        'Key (user_id)=(77) is not present in table "auth_user".',
        'Key (user_id)=(…) is not present in table "auth_user".',
    ),
    (
        'Key (id)=(7) is still referenced from table "x".',
        'Key (id)=(…) is still referenced from table "x".',
    ),
    ("Failing row contains (1, Ann Lee, null,\n x).", "Failing row contains (…)."),
    (
        'invalid input syntax for type integer: "Ann Lee"',
        "invalid input syntax for type integer: …",
    ),
    (
        'value "99999999999" is out of range for type integer',
        "value … is out of range for type integer",
    ),
    ("“Ann Lee” value must be an integer.", "… value must be an integer."),
    ("no order of ann.lee+x@mail.example found", "no order of …@… found"),
    ("called +49 170 123-4567 twice", "called … twice"),
    ("card 4111111111111111", "card …"),
    ("opened u1:--------------------:AbC_-9 in vain", "opened u1:… in vain"),
]


@pytest.mark.parametrize(("text", "clean"), TEXTS)
def test_values_go(text: str, clean: str) -> None:
    assert redacted(text) == clean


UNCHANGED = [
    "relation \"clinic_patient\" does not exist",
    "UNIQUE constraint failed: auth_user.username",
    "GET /orders/100042/ 200",
    "2026-11-22 13:10:09",
    "127.0.0.1:8000",
    "File \"/srv/app/views.py\", line 1234, in get",
    "the statement `SELECT email FROM #97e5604b` touches `auth.User`",
]  # fmt: skip


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_helps_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("sql", "clean"),
    [
        ("SELECT 'Ann''s' FROM t WHERE a = 'x'", "SELECT '…' FROM t WHERE a = '…'"),
        ("SELECT E'a\\'b', x", "SELECT E'…', x"),
        ("SELECT $a$Ann$a$, $1", "SELECT '…', $1"),
        ("SELECT a FROM t1234 WHERE b = 12345", "SELECT a FROM t1234 WHERE b = …"),
        ('SELECT "a"."b" FROM "t" LIMIT 21', 'SELECT "a"."b" FROM "t" LIMIT 21'),
    ],
)
def test_statements_keep_their_shape(sql: str, clean: str) -> None:
    assert without_literals(sql) == clean


def test_parameters_are_counted() -> None:
    assert repr(Withheld(("a", "b"))) == "(2 withheld)"
    assert len(Withheld(None)) == 0
