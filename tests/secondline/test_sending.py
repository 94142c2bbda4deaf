"""The role goes with each statement of the site, however it is sent, and stays nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F

from tests.guard.conftest import Clinic, as_, mode
from tests.project.clinic.models import Invoice, Patient, Topic
from tests.secondline.pooler import pgbouncer
from tests.secondline.server import APP, ROLES
from upheld.context import purpose
from upheld.errors import PurposeError
from upheld.guard import raw


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around a test: statements go as they would on the site."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(params=["direct", "pooled", "server_side_binding"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """How the site reaches the server."""
    settings = connection.settings_dict
    before = {"PORT": settings["PORT"], "OPTIONS": settings["OPTIONS"]}
    connection.close()
    if request.param == "pooled":
        with pgbouncer() as port:
            settings.update(PORT=str(port), DISABLE_SERVER_SIDE_CURSORS=True)
            yield request.param
            connection.close()
            del settings["DISABLE_SERVER_SIDE_CURSORS"]
    else:
        if request.param == "server_side_binding":
            settings["OPTIONS"] = {**settings["OPTIONS"], "server_side_binding": True}
        yield request.param
    settings.update(before)
    connection.close()


def who() -> tuple[str, str]:
    """The role of a statement, and the role that the connection has without one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (at_work,) = cursor.fetchone()
        bare = psycopg.Cursor(connection.connection).execute("SELECT current_user").fetchone()
    assert bare is not None
    return at_work, bare[0]


def p(name: str) -> str:
    return f"{ROLES}_p_{name}"


def test_autocommit(way: str, people: Clinic) -> None:
    for name in ("own", "upkeep", "statistics"):
        with as_(name):
            assert who() == (p(name), APP)
    with purpose(None):
        assert who() == (f"{ROLES}_floor", APP)


def test_a_post_that_may_not_act_has_no_rights(way: str, people: Clinic) -> None:
    from upheld.context import Actor

    with as_("order_fulfilment", Actor("staff", "member:1", frozenset(("marketing",)))):
        assert who() == (f"{ROLES}_floor", APP)


def test_in_transactions_and_savepoints(way: str, people: Clinic) -> None:
    with as_("upkeep"), transaction.atomic():
        assert who()[0] == p("upkeep")
        with as_("statistics"), transaction.atomic():
            assert who()[0] == p("statistics")
        assert who()[0] == p("upkeep")
        with (
            pytest.raises(DatabaseError),
            as_("own"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 / 0")
        with as_("own"):
            assert who()[0] == p("own")
    with as_("statistics"):
        assert who() == (p("statistics"), APP)


def test_rows_and_counts(way: str, people: Clinic) -> None:
    with people.own(people.ann):
        assert list(Patient.objects.values_list("pk", flat=True)) == [people.ann_patient.pk]
        assert Patient.objects.count() == 1
        assert Invoice.objects.filter(pk__gt=0).update(content=F("content")) == 1
        (made,) = Invoice.objects.bulk_create([Invoice(number="N-9", user=people.ann)])
        assert made.pk
        assert Invoice.objects.filter(number="N-9").delete() == (1, {"clinic.Invoice": 1})
    with as_("upkeep"):
        assert Patient.objects.count() == 2


def test_server_side_cursors(way: str, people: Clinic) -> None:
    with people.own(people.ann):
        assert [p.pk for p in Patient.objects.iterator(chunk_size=1)] == [people.ann_patient.pk]
        with transaction.atomic():
            assert [p.pk for p in Patient.objects.iterator()] == [people.ann_patient.pk]
    with as_("upkeep"):
        assert len(list(Patient.objects.iterator(chunk_size=1))) == 2


def test_a_cursor_shows_whom_it_was_opened_for(people: Clinic) -> None:
    """Its policy is worked out at the first fetch, when another may be acted for."""
    with transaction.atomic():
        with people.own(people.ann):
            rows = connection.chunked_cursor()
            with connection.gate.trusting():
                connection.gate.engine -= 1  # as a statement of the site
                try:
                    rows.execute("SELECT id FROM clinic_patient")
                finally:
                    connection.gate.engine += 1
        with people.own(people.bob):
            assert Patient.objects.get().pk == people.bob_patient.pk
        assert rows.fetchall() == [(people.ann_patient.pk,)]
        rows.close()


def test_other_methods_of_the_driver(way: str, people: Clinic) -> None:
    with as_("upkeep"), raw("test"):
        inner = connection.cursor().cursor
        sql = "UPDATE clinic_topic SET title = title WHERE id = %s"
        inner.executemany(sql, [(0,), (0,)])
        assert [len(row) for row in inner.stream("SELECT id FROM clinic_topic")] == [1, 1]
        with connection.gate.trusting(), inner.copy("COPY clinic_topic (id) TO STDOUT") as copy:
            assert len(list(copy.rows())) == 2
    with as_("statistics"):
        assert who() == (p("statistics"), APP)


def test_percent_signs_are_left_alone(way: str, people: Clinic) -> None:
    with as_("upkeep"), connection.cursor() as cursor:
        cursor.execute("SELECT '100%'")
        assert cursor.fetchone() == ("100%",)
        cursor.execute("SELECT '100%%', %s", ["50%"])
        assert cursor.fetchone() == ("100%", "50%")


def test_a_subject_cannot_end_its_quotes(people: Clinic) -> None:
    from upheld.context import acting_for

    with as_("own"), acting_for("member:1'; RESET ROLE; --"):
        assert Patient.objects.count() == 0
        assert who() == (p("own"), APP)


def test_no_role_leaks_between_transactions(way: str, people: Clinic) -> None:
    """Many threads, one or two connections of the server: each sees its own person's rows."""
    wrong: list[Any] = []
    users = [(people.ann, people.ann_patient.pk), (people.bob, people.bob_patient.pk)]

    def work(number: int) -> None:
        user, patient = users[number % 2]
        try:
            for turn in range(12):
                with people.own(user):
                    found = list(Patient.objects.values_list("pk", flat=True))
                    if turn % 3 == 0:
                        with transaction.atomic():
                            found += list(Patient.objects.values_list("pk", flat=True))
                if set(found) != {patient}:
                    wrong.append((number, turn, found))
                with as_("catalogue_work"):
                    Topic.objects.count()
        except Exception as error:
            wrong.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_observe_refuses_nothing(people: Clinic) -> None:
    with mode("observe"), as_("statistics"):
        assert {p.phone for p in Patient.objects.all()} == {"12345"}
    with as_("statistics"), pytest.raises(PurposeError):
        assert [p.phone for p in Patient.objects.all()]


def test_a_broken_first_line_meets_the_second(
    people: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every decision of the first line turned into a yes, the database says no."""
    from upheld.guard import decisions, select

    monkeypatch.setattr(decisions, "row_rule", lambda *_: None)
    monkeypatch.setattr(select.GuardedSelect, "_column", lambda self, node, column: node.as_sql(
        self, self.connection))  # fmt: skip
    from upheld.datamap.active import active, override

    with override(policy=active().policy):  # decided anew, by the broken functions
        with people.own(people.ann):
            assert list(Patient.objects.values_list("pk", flat=True)) == [people.ann_patient.pk]
        with as_("order_fulfilment"), pytest.raises(DatabaseError, match="permission denied"):
            list(Patient.objects.values_list("phone"))
