from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from tests.disposal.conftest import (
    AT_ONCE,
    CLERK,
    ENGINE,
    SECOND,
    TODAY,
    bill,
    days_ago,
    governed,
    keeps,
    numbers,
)
from tests.project.clinic.models import Appointment, Document, Invoice, Note, Patient, Scan
from upheld.context import purpose
from upheld.disposal import holds
from upheld.disposal.models import SweepRun
from upheld.disposal.sweep import look, overdue, sweep
from upheld.evidence.leaf import decode
from upheld.guard.finishing import finish
from upheld.journal import sequence
from upheld.journal.models import Leaf

pytestmark = pytest.mark.django_db

DATES = {"clinic.Invoice": {"order.placed": "placed"}}
EVERYTHING = ("order.content", "order.reference", "contact.email")
SENDING = keeps("sending", EVERYTHING, "order.placed", "30 days", hold=("dispute",))


def test_what_is_over_goes_and_nothing_else() -> None:
    for number, days in (("a", 29), ("b", 30), ("c", 31), ("d", 400)):
        bill(number, days_ago(days))
    bill("open", None)
    with governed(SENDING, events=DATES):
        report = sweep(today=TODAY, pace=AT_ONCE, chores=False)
    assert numbers() == ["a", "open"]
    assert report.ended == {"clinic.Invoice: rows after order.placed + 30 days": 3}
    assert (report.overdue, report.problems) == (0, {})


def test_a_dry_run_counts_and_shows_and_changes_nothing() -> None:
    rows = [bill(number, days_ago(40)) for number in "abcd"]
    with governed(SENDING, events=DATES):
        (whole,) = look(today=TODAY)  # no column ends before its row
    assert (whole.action, whole.rows, whole.purposes) == ("delete", 4, ("sending",))
    assert whole.samples == tuple(str(row.pk) for row in rows[:3])
    assert numbers() == ["a", "b", "c", "d"]


def test_due_today_is_not_overdue_before_tomorrow() -> None:
    bill("a", days_ago(30))
    with governed(SENDING, events=DATES):
        assert overdue(today=TODAY) == {}
        tomorrow = date(2026, 11, 23)
        assert overdue(today=tomorrow) == {"clinic.Invoice after order.placed + 30 days": 1}


def test_a_column_that_ends_before_its_row_is_emptied(member: User) -> None:
    bill("a", days_ago(40), user=member, guest_email="")
    bill("b", days_ago(40), guest_email="guest@post.example")
    with governed(
        keeps("letters", "contact.email", "order.placed", "30 days"),
        keeps("books", ("order.content", "order.reference"), "order.placed", "6 years"),
        events=DATES,
    ):
        report = sweep(today=TODAY, pace=AT_ONCE, chores=False)
        again = sweep(today=TODAY, pace=AT_ONCE, chores=False)
    with purpose("rights", actor=ENGINE):
        row = Invoice.objects.get(number="b")
        assert (row.guest_email, row.content) == ("", "glasses")
    assert report.ended == {"clinic.Invoice after order.placed + 30 days: guest_email": 1}
    assert again.ended == {}


def test_rows_that_others_hang_on_are_emptied_and_go_with_the_last_of_them() -> None:
    patient = _patient()
    with governed(
        keeps("visits", "case.content", "visit.made", "30 days"),
        keeps("notes", "free_text", "note.made", "90 days"),
        events={
            "clinic.Appointment": {"visit.made": "created"},
            "clinic.Note": {"note.made": "created"},
        },
    ):
        with purpose("rights", actor=ENGINE):
            visit = Appointment.objects.create(patient=patient, reason="a check")
            Note.objects.create(appointment=visit, text="calm")
            old = datetime(2026, 10, 1, tzinfo=UTC)
            Appointment.objects.update(created=old)
            Note.objects.update(created=old)
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
        with purpose("rights", actor=ENGINE):
            assert Appointment.objects.get().reason == ""
            assert Note.objects.get().text == "calm"
        sweep(today=date(2027, 3, 1), pace=AT_ONCE, chores=False)
        with purpose("rights", actor=ENGINE):
            assert not Note.objects.exists()
            assert not Appointment.objects.exists()


def test_both_halves_of_a_multi_table_row_go() -> None:
    patient = _patient()
    with purpose("rights", actor=ENGINE):
        Scan.objects.create(patient=patient, title="X-ray", finding="well")
    with governed(
        keeps("papers", ("case.content", "free_text"), "patient.left", "1 day"),
        events={
            "clinic.Document": {"patient.left": "patient.created"},
            "clinic.Scan": {"patient.left": "patient.created"},
        },
    ):
        sweep(today=date(2030, 1, 1), pace=AT_ONCE, chores=False)
    with purpose("rights", actor=ENGINE):
        assert not Scan.objects.exists()
        assert not Document.objects.exists()


def test_a_placed_hold_keeps_until_a_second_person_releases_it(member: User) -> None:
    bill("a", days_ago(40), user=member)
    bill("b", days_ago(40))
    with governed(SENDING, events=DATES):
        with purpose("rights", actor=CLERK):
            hold = holds.place(f"member:{member.pk}", "dispute", note="file 7")
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
        assert numbers() == ["a"]
        assert overdue(today=TODAY) == {}
        with purpose("rights", actor=CLERK):
            holds.ask_release(hold.pk)
            with pytest.raises(holds.HoldRefused) as caught:
                holds.release(hold.pk)
        assert str(caught.value) == (
            "the release of a hold needs a second person "
            "(somebody else than who asked for it must agree)"
        )
        with purpose("rights", actor=SECOND):
            holds.release(hold.pk)
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
        assert numbers() == []


def test_a_hold_keeps_only_what_it_names(member: User) -> None:
    bill("a", days_ago(40), guest_email="ann@post.example", user=member)
    with governed(SENDING, events=DATES):
        with purpose("rights", actor=CLERK):
            holds.place(f"member:{member.pk}", "dispute", note="file 7")
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    with purpose("rights", actor=ENGINE):
        row = Invoice.objects.get()
        assert (row.guest_email, row.content) == ("", "glasses")


def test_every_slice_is_on_record() -> None:
    for number in "abc":
        bill(number, days_ago(40))
    with governed(SENDING, events=DATES):
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    finish()
    sequence()
    leaves = [decode(leaf.text) for leaf in Leaf.objects.filter(kind="erasure")]
    assert [(leaf.model, leaf.rows, leaf.decision) for leaf in leaves] == [
        ("clinic.Invoice", 2, "retention: delete"),
        ("clinic.Invoice", 1, "retention: delete"),
    ]


def test_an_interrupted_run_is_taken_up() -> None:
    for number in "abc":
        bill(number, days_ago(40))
    with governed(SENDING, events=DATES):
        with pytest.raises(KeyboardInterrupt):
            sweep(today=TODAY, pace=AT_ONCE, chores=False, progress=_interrupt)
        assert len(numbers()) == 1
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    (run,) = SweepRun.objects.all()
    assert numbers() == []
    assert run.finished_at is not None
    assert run.counts == {"clinic.Invoice: rows after order.placed + 30 days": 1}


def test_one_table_that_fails_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import IntegrityError

    from upheld.disposal import sweep as sweeping

    bill("a", days_ago(40))
    real = sweeping.remove

    def fails(*args: object, **more: object) -> int:
        raise IntegrityError("a constraint")

    monkeypatch.setattr(sweeping, "remove", fails)
    monkeypatch.setattr(sweeping, "deleting", lambda model, direct: None)  # key by key
    with governed(SENDING, events=DATES):
        report = sweep(today=TODAY, pace=AT_ONCE, chores=False)
        name = "clinic.Invoice: rows after order.placed + 30 days"
        assert report.problems == {name: "IntegrityError"}
        # The columns are emptied all the same; the row follows when the fault is mended.
        with purpose("rights", actor=ENGINE):
            assert Invoice.objects.get().content == ""
        monkeypatch.setattr(sweeping, "remove", real)
        sweep(today=TODAY, pace=AT_ONCE, chores=False)
    with purpose("rights", actor=ENGINE):
        assert not Invoice.objects.exists()


def _interrupt(rule: str, rows: int) -> None:
    raise KeyboardInterrupt


def _patient() -> Patient:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(username="pat", email="pat@post.example")
        return Patient.objects.create(user=user, name="Pat Oakes")
