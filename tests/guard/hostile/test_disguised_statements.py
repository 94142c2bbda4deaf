"""Statements that hide a table or a column from a reader, sent to the cursors."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Case, CharField, Func, Subquery, Value, When
from django.db.models.expressions import RawSQL

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Patient, Topic
from upheld.errors import PurposeError
from upheld.guard import raw

SCHEMA = "main" if connection.vendor == "sqlite" else "public"
HIDDEN = [
    f"WITH auth_user AS (SELECT 1 AS email) SELECT email FROM {SCHEMA}.auth_user",
    "WITH x AS (SELECT email FROM auth_user), auth_user AS (SELECT 1) SELECT * FROM x",
    "SELECT b.email FROM (WITH auth_user AS (SELECT 1) SELECT * FROM auth_user) a, auth_user b",
    "SELECT email FROM 'auth_user'",
    'SELECT "email" FROM "AUTH_USER"',
    "SELECT EMAIL FROM Auth_User",
    "SELECT E'\\'', (SELECT max(email) FROM auth_user), E'\\''",
    'SELECT U&"\\0065mail" FROM U&"auth\\005fuser"',
    "SELECT email FROM ONLY auth_user",
    "SELECT * FROM ONLY (auth_user)",
    "SELECT ARRAY(SELECT email FROM auth_user)",
    'SELECT "query_to_xml"($$select email from auth_user$$, true, false, $$$$)',
    "SELECT pg_catalog.query_to_xml('select email from auth_user', true, false, '')",
    "SELECT * FROM ts_stat('select email from auth_user')",
    "SELECT table_to_xml('auth_user', true, false, '')",
    "SELECT lo_get(1)",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT statement FROM pg_cursors",
    "SELECT statement FROM pg_prepared_statements",
    "SELECT subconninfo FROM pg_subscription",
    "SELECT * FROM sqlite_stat4",
    "UPDATE clinic_topic SET title = (SELECT email FROM auth_user LIMIT 1)",
    "UPDATE clinic_topic SET title = 'x' RETURNING (SELECT email FROM auth_user LIMIT 1)",
    "WITH d AS (DELETE FROM auth_user RETURNING *) SELECT 1",
]
if connection.vendor == "postgresql":
    HIDDEN += [
        "SELECT $a$'$a$, (SELECT email FROM auth_user) --'",
        "SELECT (TABLE auth_user)",
        "SELECT 'a' /* /* */ */ UNION SELECT email FROM auth_user",
    ]
else:
    HIDDEN += ["SELECT 1 /* /* */ UNION SELECT email FROM auth_user -- */"]
IN_OPEN_ROWS = [
    "SELECT c FROM clinic_patient AS p(a, b, c)",
    "SELECT id FROM auth_user NATURAL JOIN clinic_patient",
    "SELECT 100 %(phone)s FROM clinic_patient",
    "SELECT 100 %search_text FROM clinic_patient",
    "SELECT id FROM clinic_patient ORDER BY phone",
    "SELECT p FROM clinic_patient p",
    "SELECT clinic_patient FROM clinic_patient",
    "SELECT count(*) FROM clinic_patient",
]


def run(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.parametrize("sql", HIDDEN)
def test_nothing_is_hidden(clinic: Clinic, sql: str) -> None:
    for name in (None, "statistics", "upkeep"):
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            run(sql)


@pytest.mark.parametrize("sql", IN_OPEN_ROWS)
def test_open_rows_do_not_open_columns(clinic: Clinic, sql: str) -> None:
    with as_("statistics"):
        with pytest.raises(PurposeError), transaction.atomic():
            run(sql)
        with pytest.raises(PurposeError), transaction.atomic(), raw("look closely"):
            run(sql)


STEAL = "(SELECT phone FROM clinic_patient LIMIT 1)"
WRITTEN_BY_HAND: list[Any] = [
    lambda: Func(template=STEAL, output_field=CharField()),
    lambda: Func(Value(1), function=f"{STEAL} ||", output_field=CharField()),
    lambda: Func(Value(1), Value(1), arg_joiner=f", {STEAL}, ", function="COALESCE"),
    lambda: Func(Value("select email from auth_user"), function="query_to_xml"),
    lambda: Func(template="%(own)s", own=STEAL, output_field=CharField()),
    lambda: Case(When(pk=0, then=Value("a")), template=f"{STEAL} || %(cases)s"),
    lambda: Subquery(Topic.objects.values("title")[:1], template=STEAL),
    lambda: RawSQL(STEAL, ()),
    lambda: RawSQL("1) UNION SELECT id, phone, 1 FROM clinic_patient --", ()),
]


class Stealing(Func):
    """A class of its own, with what it reads in its template."""

    template = STEAL
    output_field = CharField()


@pytest.mark.parametrize("expression", [*WRITTEN_BY_HAND, Stealing])
def test_expressions_carry_no_sql_past_the_guard(clinic: Clinic, expression: Any) -> None:
    for name in (None, "statistics", "upkeep"):
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            list(Topic.objects.annotate(x=expression()).values_list("x"))
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            list(Topic.objects.filter(title=expression()))
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            Topic.objects.update(title=expression())


def test_functions_written_by_hand_stay_usable(clinic: Clinic) -> None:
    with as_(None):
        shout = Func("title", function="UPPER", output_field=CharField())
        assert list(Topic.objects.order_by("pk").values_list(shout, flat=True)) == ["TEETH", "EYES"]
        bare = Func("title", template="(%(expressions)s || '!')", output_field=CharField())
        assert Topic.objects.filter(title="Eyes").values_list(bare, flat=True).get() == "Eyes!"


TITLES = "(SELECT t.title FROM clinic_topic t ORDER BY t.id LIMIT 1)"


def test_what_is_written_by_hand_may_read_tables_about_nobody(clinic: Clinic) -> None:
    with as_(None):
        first = Func(template=TITLES, output_field=CharField())
        assert list(Topic.objects.values_list(first, flat=True)) == ["Teeth", "Teeth"]


@pytest.mark.parametrize(
    "text",
    [
        # The table is about nobody; the column is the outer query's.
        "(SELECT phone FROM clinic_topic LIMIT 1)",
        "(SELECT t.title FROM clinic_topic t, clinic_patient LIMIT 1)",
        "(WITH clinic_topic AS (SELECT 1 AS title) SELECT title FROM clinic_topic)",
        "(SELECT x.title FROM clinic_topic x, some_view y LIMIT 1)",
    ],
)
def test_a_table_about_nobody_opens_no_other(clinic: Clinic, text: str) -> None:
    stolen = Func(template=text, output_field=CharField())
    with as_("statistics"), pytest.raises(PurposeError), transaction.atomic():
        list(Patient.objects.annotate(x=stolen).values_list("x"))


def test_a_template_touches_columns_as_a_filter_does(clinic: Clinic) -> None:
    by_name = Func(template="clinic_patient.phone", output_field=CharField())
    with as_("statistics"), pytest.raises(PurposeError):
        list(Patient.objects.annotate(x=by_name).values_list("x"))
    sealed = Func(template="clinic_patient.name", output_field=CharField())
    with as_("upkeep"), pytest.raises(PurposeError):
        list(Patient.objects.annotate(x=sealed).values_list("x"))


@pytest.mark.parametrize(
    "table",
    ["clinic_patient", '"clinic_patient"', "CLINIC_PATIENT", f'"{SCHEMA}"."clinic_patient"'],
)
def test_tables_named_by_hand(clinic: Clinic, table: str) -> None:
    for name in (None, "statistics", "upkeep"):
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            Topic.objects.extra(tables=[table], where=["phone LIKE '1%%'"]).count()
        with as_(name), pytest.raises(PurposeError), transaction.atomic():
            list(Topic.objects.extra(tables=[table], select={"x": "phone"}).values_list("x"))


def test_rawquerysets_open_under_the_escape(clinic: Clinic) -> None:
    with as_("upkeep"), raw("by hand"):
        found = Patient.objects.raw("SELECT * FROM clinic_patient ORDER BY id")
        assert [p.name for p in found] == ["Ann Lee", "Bob Lee"]


def test_rawquerysets_give_no_ciphertext_for_another_column(clinic: Clinic) -> None:
    from upheld.errors import SealingError

    with as_("upkeep"), raw("by hand"), pytest.raises(SealingError):
        list(Patient.objects.raw("SELECT id, email AS name FROM clinic_patient"))
