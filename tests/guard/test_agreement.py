"""Compiled statements agree with the semantics: generated policies, queries and actors on
live rows, compared with what plain Python makes of `decide` and the stored rows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.guard.conftest import Clinic, as_
from tests.guard.test_decisions import actors, grants, posts, purposes
from tests.project.clinic.models import Appointment, Invoice, Note, Patient, Topic
from upheld.consent import record
from upheld.context import Context, entered
from upheld.datamap.active import Active, active, override
from upheld.errors import PurposeError, SealedUse
from upheld.guard.masked import PLACEHOLDER
from upheld.policy.semantics import Action, Outcome, decide
from upheld.policy.types import Grant, Policy

CASES = 600


class Refused:
    """The oracle's word for `PurposeError`."""

    def __repr__(self) -> str:
        return "refused"


REFUSED = Refused()


def with_generated(policy: Policy, **changes: Any) -> Policy:
    """The policy with one purpose more, called `generated`."""
    rule = replace(policy.purposes["weekly_bundle_mail"], id="generated", **changes)
    return replace(policy, purposes={**policy.purposes, "generated": rule})


@dataclass(frozen=True)
class Row:
    """One stored row as Python sees it: its key, its subject, its values."""

    pk: int
    subject: str | None
    values: dict[str, Any]


@dataclass
class World:
    """The stored rows of every model, and who agreed to what."""

    rows: dict[type, list[Row]]
    agreed: set[str]
    topics: dict[int, set[int]]
    """Topic -> patients."""


@pytest.fixture
def world(clinic: Clinic) -> World:
    with override(policy=with_generated(active().policy)), as_("upkeep"):
        record(
            f"member:{clinic.bob.pk}", "generated", True, wording="May we?", version="1",
            place="test", method="page",
        )  # fmt: skip
        patients = [
            Row(p.pk, f"member:{p.user_id}", {"colour": p.colour, "phone": p.phone,
                                             "name": p.name, "email": p.email})
            for p in Patient.objects.order_by("pk")
        ]  # fmt: skip
        subject_of = {row.pk: row.subject for row in patients}
        appointments = [
            Row(a.pk, subject_of.get(a.patient_id or 0), {"reason": a.reason})
            for a in Appointment.objects.order_by("pk")
        ]
        of_appointment = {row.pk: row.subject for row in appointments}
        notes = [
            Row(n.pk, of_appointment[n.appointment_id], {"text": n.text})
            for n in Note.objects.order_by("pk")
        ]
        from upheld.datamap.references import reference_by_value

        invoices = [
            Row(
                i.pk,
                f"member:{i.user_id}" if i.user_id
                else reference_by_value(active().datamap, "guest", i.guest_email),
                {"content": i.content, "number": i.number, "guest_email": i.guest_email},
            )
            for i in Invoice.objects.order_by("pk")
        ]  # fmt: skip
        topics = {t.pk: set(t.patients.values_list("pk", flat=True)) for t in Topic.objects.all()}
    rows = {Patient: patients, Appointment: appointments, Note: notes, Invoice: invoices}
    return World(rows, {f"member:{clinic.bob.pk}"}, topics)


COLUMNS = [
    (Patient, "colour"),
    (Patient, "phone"),
    (Patient, "name"),
    (Patient, "email"),
    (Appointment, "reason"),
    (Note, "text"),
    (Invoice, "content"),
    (Invoice, "number"),
]
NOBODY = {Appointment, Note}
"""Models whose rows without a subject are about nobody."""


@dataclass
class Case:
    """One generated question, and the oracle's tools to answer it."""

    now: Active
    world: World
    context: Context
    model: type
    column: str

    @property
    def bound(self) -> Any:
        found = self.now.datamap.model(self.model)  # type: ignore[arg-type]
        assert found is not None
        column = found.column(self.column)
        assert column is not None
        return column

    @property
    def sealed(self) -> str | None:
        return self.bound.lookup  # type: ignore[no-any-return]

    def outcome(self, action: Action, column: str | None = None) -> Outcome:
        model = self.now.datamap.model(self.model)  # type: ignore[arg-type]
        assert model is not None
        bound = model.column(column or self.column)
        assert bound is not None
        return decide(
            self.now.policy, self.context.purpose, self.context.actor, model.relation,
            bound.category, action,
        ).outcome  # fmt: skip

    def allowed(self, action: Action) -> bool:
        return self.outcome(action) in (
            Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS,
        )  # fmt: skip

    def rows(self, model: type | None = None) -> list[Row] | Refused:
        """The rows the purpose may touch at all."""
        model = model or self.model
        bound = self.now.datamap.model(model)  # type: ignore[arg-type]
        assert bound is not None
        rule = self.now.policy.purposes.get(self.context.purpose or "")
        # Any category that is not refused answers for the rows.
        if decide(
            self.now.policy, self.context.purpose, self.context.actor, bound.relation,
            "account.login", "read",
        ).outcome is Outcome.REFUSE:  # fmt: skip
            return REFUSED
        assert rule is not None
        return [row for row in self.world.rows[model] if self._may(rule.may.rows, model, row)]

    def _may(self, rows: str, model: type, row: Row) -> bool:
        if rows == "all":
            return True
        if row.subject is None:
            return model in NOBODY
        if rows == "own":
            return row.subject == self.context.subject
        return row.subject in self.world.agreed


Shape = tuple[Callable[[Case], Any], Callable[[Case], Any]]


def objects(case: Case) -> Any:
    return case.model._default_manager  # type: ignore[attr-defined]


# Each shape is (what the guard gives, what the oracle expects).


def _read(case: Case) -> Any:
    return sorted(objects(case).values_list("pk", case.column))


def _read_oracle(case: Case) -> Any:
    rows, outcome = case.rows(), case.outcome("read")
    if isinstance(rows, Refused) or outcome in (Outcome.REFUSE, Outcome.DEFER):
        return REFUSED
    if outcome is Outcome.MASK:
        return [(row.pk, PLACEHOLDER) for row in rows]
    return [(row.pk, row.values[case.column]) for row in rows]


def _first_value(case: Case) -> Any:
    return case.world.rows[case.model][0].values[case.column]


def _filter(case: Case) -> Any:
    found = objects(case).filter(**{case.column: _first_value(case)})
    return sorted(found.values_list("pk", flat=True))


def _filter_oracle(case: Case) -> Any:
    rows = case.rows()
    if isinstance(rows, Refused) or not case.allowed("match") or case.sealed == "none":
        return REFUSED
    wanted = _first_value(case)
    return [row.pk for row in rows if row.values[case.column] == wanted]


def _exclude(case: Case) -> Any:
    found = objects(case).exclude(**{case.column: _first_value(case)})
    return sorted(found.values_list("pk", flat=True))


def _exclude_oracle(case: Case) -> Any:
    found, rows = _filter_oracle(case), case.rows()
    if isinstance(found, Refused) or isinstance(rows, Refused):
        return REFUSED
    return [row.pk for row in rows if row.pk not in found]


def _order(case: Case) -> Any:
    return list(objects(case).order_by(case.column, "pk").values_list("pk", flat=True))


def _order_oracle(case: Case) -> Any:
    rows = case.rows()
    if isinstance(rows, Refused) or not case.allowed("match") or case.sealed:
        return REFUSED
    return [row.pk for row in sorted(rows, key=lambda row: (row.values[case.column], row.pk))]


def _count(case: Case) -> Any:
    return objects(case).count(), objects(case).exists()


def _count_oracle(case: Case) -> Any:
    rows = case.rows()
    return REFUSED if isinstance(rows, Refused) else (len(rows), bool(rows))


def _whole(case: Case) -> Any:
    found = {}
    for each in objects(case).order_by("pk"):
        deferred = each.get_deferred_fields()
        found[each.pk] = "deferred" if case.column in deferred else getattr(each, case.column)
    return found


def _whole_oracle(case: Case) -> Any:
    rows = case.rows()
    model = case.now.datamap.model(case.model)  # type: ignore[arg-type]
    assert model is not None
    personal = [c.field.name for c in model.columns if c.role == "category"]
    if isinstance(rows, Refused) or any(
        case.outcome("read", name) is Outcome.REFUSE for name in personal
    ):
        return REFUSED
    outcome = case.outcome("read")
    if outcome is Outcome.DEFER:
        return {row.pk: "deferred" for row in rows}
    if outcome is Outcome.MASK:
        return {row.pk: PLACEHOLDER for row in rows}
    return {row.pk: row.values[case.column] for row in rows}


def _aggregate(case: Case) -> Any:
    return objects(case).aggregate(m=Max(case.column))["m"]


def _aggregate_oracle(case: Case) -> Any:
    rows = case.rows()
    if isinstance(rows, Refused) or not case.allowed("read") or case.sealed:
        return REFUSED
    return max((row.values[case.column] for row in rows), default=None)


def _group(case: Case) -> Any:
    groups = objects(case).values(case.column).annotate(n=Count("pk"))
    return sorted((group[case.column], group["n"]) for group in groups)


def _group_oracle(case: Case) -> Any:
    rows = case.rows()
    if isinstance(rows, Refused) or not case.allowed("read") or case.sealed:
        return REFUSED
    values = [row.values[case.column] for row in rows]
    return sorted((value, values.count(value)) for value in set(values))


def _union(case: Case) -> Any:
    one = objects(case).filter(pk=case.world.rows[case.model][0].pk)
    return sorted(each.pk for each in one.union(objects(case).all()))


def _union_oracle(case: Case) -> Any:
    whole = _whole_oracle(case)
    return REFUSED if isinstance(whole, Refused) else sorted(whole)


def _update(case: Case) -> Any:
    before = {row.pk: row.values[case.column] for row in case.world.rows[case.model]}
    kept = {"kept": dict(before)}
    with suppress(_Undo), transaction.atomic():
        objects(case).filter(pk__in=list(before)).update(**{case.column: ""})
        with as_("upkeep"):
            kept["kept"] = dict(objects(case).values_list("pk", case.column))
        raise _Undo
    return kept["kept"]


class _Undo(Exception):
    pass


def _update_oracle(case: Case) -> Any:
    rows = case.rows()
    if isinstance(rows, Refused) or not case.allowed("write"):
        return REFUSED
    changed = {row.pk for row in rows}
    return {
        row.pk: "" if row.pk in changed else row.values[case.column]
        for row in case.world.rows[case.model]
    }


def _delete(case: Case) -> Any:
    left = set()
    with suppress(_Undo), transaction.atomic():
        queryset = objects(case).all()
        queryset._raw_delete(queryset.db)
        with as_("upkeep"):
            left = set(objects(case).values_list("pk", flat=True))
        raise _Undo
    return left


def _delete_oracle(case: Case) -> Any:
    rows = case.rows()
    model = case.now.datamap.model(case.model)  # type: ignore[arg-type]
    assert model is not None
    personal = [c.field.name for c in model.columns if c.role == "category"]
    writable = all(
        case.outcome("delete", name) in (Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS)
        for name in personal
    )
    if isinstance(rows, Refused) or not writable:
        return REFUSED
    return {row.pk for row in case.world.rows[case.model]} - {row.pk for row in rows}


OF_ANY: list[Shape] = [
    (_read, _read_oracle),
    (_filter, _filter_oracle),
    (_exclude, _exclude_oracle),
    (_order, _order_oracle),
    (_count, _count_oracle),
    (_whole, _whole_oracle),
    (_aggregate, _aggregate_oracle),
    (_group, _group_oracle),
    (_union, _union_oracle),
    (_update, _update_oracle),
]
OF_LEAVES: list[Shape] = [(_delete, _delete_oracle)]


# Shapes over joins: topics are about nobody, their patients are people.


def _joined_filter(case: Case) -> Any:
    found = Topic.objects.filter(**{f"patients__{case.column}": _first_value(case)})
    return sorted(found.distinct().values_list("pk", flat=True))


def _joined_exists(case: Case) -> Any:
    inner = Patient.objects.filter(**{"topics": OuterRef("pk"), case.column: _first_value(case)})
    return sorted(Topic.objects.filter(Exists(inner)).values_list("pk", flat=True))


def _joined_filter_oracle(case: Case) -> Any:
    matching = _filter_oracle(case)
    if isinstance(matching, Refused):
        return REFUSED
    return sorted(t for t, patients in case.world.topics.items() if patients & set(matching))


def _joined_count(case: Case) -> Any:
    return {t.pk: t.n for t in Topic.objects.annotate(n=Count("patients"))}


def _joined_count_oracle(case: Case) -> Any:
    rows = case.rows(Patient)
    if isinstance(rows, Refused):
        return REFUSED
    seen = {row.pk for row in rows}
    return {t: len(patients & seen) for t, patients in case.world.topics.items()}


def _joined_values(case: Case) -> Any:
    found = Topic.objects.values_list("pk", f"patients__{case.column}")
    return sorted(found, key=str)


def _joined_values_oracle(case: Case) -> Any:
    rows, outcome = case.rows(Patient), case.outcome("read")
    if isinstance(rows, Refused) or outcome in (Outcome.REFUSE, Outcome.DEFER):
        return REFUSED
    seen = {row.pk: row.values[case.column] for row in rows}
    found: list[tuple[int, Any]] = []
    for topic, patients in case.world.topics.items():
        values = [seen[pk] for pk in patients if pk in seen] or [None]
        if outcome is Outcome.MASK:
            values = [PLACEHOLDER for _ in values]
        found += [(topic, value) for value in values]
    return sorted(found, key=str)


def _negated_join(case: Case) -> Any:
    found = Topic.objects.filter(~Q(**{f"patients__{case.column}": _first_value(case)}))
    return sorted(found.values_list("pk", flat=True))


def _negated_join_oracle(case: Case) -> Any:
    found = _joined_filter_oracle(case)
    return REFUSED if isinstance(found, Refused) else sorted(set(case.world.topics) - set(found))


def _annotated(case: Case) -> Any:
    return sorted(p.x for p in Patient.objects.only("pk").annotate(x=F(case.column)))


def _annotated_oracle(case: Case) -> Any:
    read = _read_oracle(case)
    return REFUSED if isinstance(read, Refused) else sorted(value for _, value in read)


OF_PATIENTS: list[Shape] = [
    (_joined_filter, _joined_filter_oracle),
    (_joined_exists, _joined_filter_oracle),
    (_joined_count, _joined_count_oracle),
    (_joined_values, _joined_values_oracle),
    (_negated_join, _negated_join_oracle),
    (_annotated, _annotated_oracle),
]


# `number` is unique, so it is not set to one value for all.
@st.composite
def questions(draw: Any) -> tuple[type, str, Shape]:
    model, column = draw(st.sampled_from(COLUMNS))
    shapes = [shape for shape in OF_ANY if column != "number" or shape[0] is not _update]
    if model is Patient:
        shapes += OF_PATIENTS
    if model in (Note, Invoice):
        shapes += OF_LEAVES
    return model, column, draw(st.sampled_from(shapes))


def grant_about(category: str, mask_too: bool) -> st.SearchStrategy[Grant]:
    """Grants that often name the category the question is about."""
    some = st.sampled_from([(), (category,), ("*",), ("*",)])
    none = st.just(())
    return st.builds(
        Grant,
        read=some,
        mask=some if mask_too else none,
        match=some,
        write=some,
        rows=st.sampled_from(["own", "consented", "all"]),
    )


@st.composite
def generated(draw: Any) -> tuple[tuple[type, str, Shape], dict[str, Any], Context]:
    """A question, what to change in the purpose `generated`, and who asks for what."""
    model, column, shape = draw(questions())
    bound = active().datamap.model(model)
    assert bound is not None
    found = bound.column(column)
    assert found is not None
    often = st.sampled_from([True, True, True, True, False])
    grant = draw(st.one_of(grant_about(found.category, draw(st.booleans())), grants))
    changes = {
        "may": grant,
        "posts": () if draw(often) else draw(posts),
        "default": draw(st.sampled_from(["in", "out"])),
    }
    purpose = "generated" if draw(often) else draw(purposes)
    return (model, column, shape), changes, Context(purpose, draw(actors), None, "test")


def answer(ask: Callable[[Case], Any], case: Case) -> Any:
    try:
        with entered(case.context), transaction.atomic():
            return ask(case)
    except SealedUse:
        return REFUSED
    except PurposeError:
        return REFUSED


@settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(who=st.sampled_from(["ann", "bob", "guest", None]), made=generated())
def test_statements_agree_with_the_semantics(
    world: World, clinic: Clinic, who: str | None, made: Any
) -> None:
    (model, column, (ask, oracle)), changes, context = made
    subject = {
        "ann": f"member:{clinic.ann.pk}", "bob": f"member:{clinic.bob.pk}",
        "guest": world.rows[Invoice][2].subject, None: None,
    }[who]  # fmt: skip
    people = {row.subject for rows in world.rows.values() for row in rows if row.subject}
    agreed = people if changes["default"] == "in" else world.agreed
    with override(policy=with_generated(active().policy, **changes)) as now:
        context = replace(context, subject=subject)
        case = Case(now, replace(world, agreed=agreed), context, model, column)
        assert answer(ask, case) == oracle(case)
