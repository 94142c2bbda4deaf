"""From rows to subjects and back: SQL against what is written down by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import BooleanField, Expression, F, Model

from tests.datamap.people import GUEST_MAIL, People, make_people
from upheld.context import Actor, purpose
from upheld.datamap.active import Active, active, override
from upheld.datamap.bound import BoundModel
from upheld.datamap.paths import (
    consented_rows,
    own_rows,
    rows_of,
    subject_expression,
    subjects_of,
)
from upheld.datamap.references import NO_INDEX, reference_by_value
from upheld.policy.types import UPKEEP

SYSTEM = Actor("system", "system:test")


@pytest.fixture(params=["sealed", "clear"])
def governed(request: pytest.FixtureRequest) -> Iterator[Active]:
    """The clinic's own policy, and the same with nothing sealed."""
    now = active()
    if request.param == "sealed":
        yield now
        return
    data = {id: dataclasses.replace(c, sealed=None) for id, c in now.policy.data.items()}
    with override(policy=dataclasses.replace(now.policy, data=data)) as changed:
        yield changed


@pytest.fixture
def people(governed: Active, db: None) -> Iterator[People]:
    with purpose(UPKEEP, actor=SYSTEM):
        guest = reference_by_value(governed.datamap, "guest", GUEST_MAIL)
        assert guest is not None
        yield make_people(guest)


class Where(Expression):
    """A condition of ours as part of a queryset, at whatever alias the table has."""

    conditional = True

    def __init__(self, make):  # type: ignore[no-untyped-def] # only these tests build it
        super().__init__(output_field=BooleanField())
        self.make, self.row = make, F("pk")

    def get_source_expressions(self):  # type: ignore[no-untyped-def] # Django's signature
        return [self.row]

    def set_source_expressions(self, exprs):  # type: ignore[no-untyped-def] # the same
        (self.row,) = exprs

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def] # the same
        return self.make(compiler.quote_name_unless_alias(self.row.alias))


def bound(governed: Active, model: type[Model]) -> BoundModel:
    found = governed.datamap.model(model)
    assert found is not None
    return found


def keys(model: BoundModel, make) -> set[object]:  # type: ignore[no-untyped-def] # a lambda
    return set(model.model._base_manager.filter(Where(make)).values_list("pk", flat=True))


def test_rows_of_each_subject_are_exactly_the_rows_written_down(
    governed: Active, people: People
) -> None:
    for model, expected in people.subjects.items():
        for subject in everyone(people):
            found = set(rows_of(bound(governed, model), subject).values_list("pk", flat=True))
            wanted = {pk for pk, subjects in expected.items() if subject in subjects}
            assert (model, subject, found) == (model, subject, wanted)


def test_own_rows_add_the_rows_about_nobody_where_the_map_says_so(
    governed: Active, people: People
) -> None:
    for model, expected in people.subjects.items():
        target = bound(governed, model)
        for subject in [*everyone(people), None]:
            found = keys(target, lambda a, t=target, s=subject: own_rows(t, a, s, connection))
            wanted = {pk for pk, subjects in expected.items() if subject in subjects}
            if target.fallback_nobody:
                wanted |= {pk for pk, subjects in expected.items() if not subjects}
            assert (model, subject, found) == (model, subject, wanted)


def test_subjects_of_names_the_first_subject_by_text(governed: Active, people: People) -> None:
    for model, expected in people.subjects.items():
        found = subjects_of(bound(governed, model), expected)
        wanted = {pk: min(subjects) if subjects else None for pk, subjects in expected.items()}
        assert (model, found) == (model, wanted)


def test_subjects_of_answers_for_rows_that_do_not_exist(governed: Active, people: People) -> None:
    from tests.project.clinic.models import Invoice

    assert subjects_of(bound(governed, Invoice), [-1]) == {-1: None}


def test_subjects_of_works_in_chunks(governed: Active, people: People) -> None:
    from tests.project.clinic.models import Invoice

    many = range(1, 1201)
    assert len(subjects_of(bound(governed, Invoice), many)) == 1200


def test_consented_rows_follow_the_state(governed: Active, people: People) -> None:
    from tests.project.clinic.models import Appointment, Patient
    from upheld.consent import record

    yes, no = f"member:{people.ann.pk}", f"member:{people.ben.pk}"
    for subject, granted in ((yes, True), (no, False)):
        record(
            subject, "weekly_bundle_mail", granted,
            wording="Send me offers", version="1", place="test", method="form",
        )  # fmt: skip
    for model, nobody in ((Patient, False), (Appointment, True)):
        target = bound(governed, model)
        found = keys(
            target, lambda a, t=target: consented_rows(t, a, "weekly_bundle_mail", connection)
        )
        expected = people.subjects[model]
        assert found == {
            pk for pk, subjects in expected.items() if yes in subjects or (nobody and not subjects)
        }
        other = keys(target, lambda a, t=target: consented_rows(t, a, "own", connection))
        assert other == {pk for pk, subjects in expected.items() if nobody and not subjects}


def test_where_the_default_is_in_silence_counts_as_yes(governed: Active, people: People) -> None:
    from tests.project.clinic.models import Patient
    from upheld.consent import record

    rules = dict(governed.policy.purposes)
    rules["weekly_bundle_mail"] = dataclasses.replace(rules["weekly_bundle_mail"], default="in")
    no = f"member:{people.ben.pk}"
    record(
        no, "weekly_bundle_mail", False,
        wording="Send me offers", version="1", place="test", method="form",
    )  # fmt: skip
    with override(policy=dataclasses.replace(governed.policy, purposes=rules)) as now:
        target = bound(now, Patient)
        found = keys(target, lambda a: consented_rows(target, a, "weekly_bundle_mail", connection))
    assert found == {pk for pk, whose in people.subjects[Patient].items() if no not in whose}


@pytest.mark.parametrize(
    "subject",
    [
        "member:", "member:x", "member:1.0", "member: 1", "member:01", "member:-1",
        "member:99999999999999999999999", "member:1 OR 1=1", "nobody:1", ":", "", "member",
        f"guest:{NO_INDEX}", "guest:", "guest:short", "guest:%%%%%%%%%%%%%%%%%%%%",
    ],
)  # fmt: skip
def test_a_reference_that_no_row_can_have_owns_nothing(
    governed: Active, people: People, subject: str
) -> None:
    for model in people.subjects:
        assert list(rows_of(bound(governed, model), subject)) == []


def test_a_model_about_nobody_gives_every_row_an_unresolved_one_none(governed: Active) -> None:
    from tests.project.clinic.models import Patient, Topic

    topic = bound(governed, Topic)
    assert own_rows(topic, "T4", "member:1", connection) == ("1 = 1", ())
    assert consented_rows(topic, "T4", "own", connection) == ("1 = 1", ())
    assert subject_expression(topic, "T4", connection) == "NULL"
    lost = dataclasses.replace(bound(governed, Patient), paths=(), nobody="")
    assert lost.relation == "unresolved"
    assert own_rows(lost, "T4", "member:1", connection) == ("1 = 0", ())
    assert consented_rows(lost, "T4", "own", connection) == ("1 = 0", ())


def test_aliases_stand_as_django_writes_them(governed: Active) -> None:
    from tests.project.clinic.models import Patient

    patient = bound(governed, Patient)
    assert own_rows(patient, "T4", "member:7", connection) == ('T4."user_id" = %s', (7,))
    assert own_rows(patient, "clinic_patient", "member:7", connection) == (
        '"clinic_patient"."user_id" = %s',
        (7,),
    )


def test_a_row_rule_follows_its_table_into_a_subquery(governed: Active, people: People) -> None:
    from tests.project.clinic.models import Appointment, Patient

    mine = rows_of(bound(governed, Patient), f"member:{people.ann.pk}")
    found = Appointment.objects.filter(patient__in=mine).exclude(patient__in=mine.none())
    wanted = {
        pk
        for pk, subjects in people.subjects[Appointment].items()
        if f"member:{people.ann.pk}" in subjects
    }
    assert set(found.values_list("pk", flat=True)) == wanted


def everyone(people: People) -> list[str]:
    guests = {s for rows in people.subjects.values() for found in rows.values() for s in found}
    return sorted(guests)
