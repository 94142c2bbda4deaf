"""Remembered statements: with plans and without, every query gives the same in the same words."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Lower
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.guard.conftest import DISPATCH, MARKETING, SYSTEM, Clinic, as_, mode
from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Topic
from upheld.context import Actor, Context, entered
from upheld.datamap.active import active, override
from upheld.errors import PurposeError, UpheldError
from upheld.guard.generations import Generations
from upheld.guard.masked import Masked
from upheld.journal.buffer import fresh_buffer
from upheld.policy.types import Grant

DAY = datetime.date(2026, 11, 22)
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


class NoPlans(Generations[Any]):
    """Keeps nothing: each statement is compiled."""

    def get(self, key: Hashable) -> None:
        return None


@contextmanager
def plans(kept: Generations[Any]) -> Iterator[Generations[Any]]:
    before, connection.gate.plans = connection.gate.plans, kept
    try:
        yield kept
    finally:
        connection.gate.plans = before


@pytest.fixture
def fresh() -> Iterator[Generations[Any]]:
    with plans(Generations()) as kept:
        yield kept


# What a generated query is made of: a model, conditions, an order, and how it is run.

CONDITIONS: dict[type[models.Model], list[tuple[str, tuple[Any, ...]]]] = {
    Patient: [
        ("colour", ("red", "blue", "")),
        ("colour__in", (["red"], ["red", "blue"], ["blue", "red"], [], ["red", "red"])),
        ("colour__icontains", ("e", "%", "_")),
        ("name", ("Ann Lee", "Bob Lee")),
        ("name__icontains", ("Ann",)),
        ("phone__startswith", ("12", "9")),
        ("email", ("ann@mail.example", "bob@mail.example", "")),
        ("pk__gt", (0, 10**12, 10**30)),
        ("pk__in", ([1, 2, None], [None])),
        ("created__lt", (NOON, NOON + datetime.timedelta(days=9999))),
        ("referred_by__isnull", (True, False)),
        ("referred_by__name", ("Ann Lee",)),
        ("referred_by__colour", ("red", "blue")),
        ("topics__title", ("Teeth", "Eyes")),
        ("user__username", ("ann", "bob")),
        ("user__is_active", (True, False)),
        ("user__in", ([1], [2, 3])),
        ("user__date_joined__year", (2026, 2020)),
        ("appointments__reason__contains", ("ann", "bob")),
        ("user__username__in", (User.objects.values("username"),)),
    ],
    Appointment: [
        ("reason", ("check of ann", "free slot")),
        ("patient__colour", ("red", "blue")),
        ("patient__isnull", (True, False)),
        ("starts__isnull", (True, False)),
        ("address__line1", ("3 Hill Road",)),
        ("patient__user__username", ("ann", "bob")),
    ],
    Invoice: [
        ("number", ("N-ann", "N-guest", "none")),
        ("number__in", (["N-ann", "N-bob"], ["N-bob"])),
        ("total__gte", (5, 7, 1000)),
        ("placed", (DAY,)),
        ("guest_email", ("guest@mail.example", "")),
        ("user__isnull", (True, False)),
        ("user__username", ("bob",)),
    ],
    Note: [
        ("text", ("note on ann",)),
        ("appointment__patient__colour", ("red", "blue")),
        ("appointment__in", ([1, 2],)),
        ("pk", (1, 2)),
    ],
    Topic: [
        ("title", ("Teeth", "Eyes")),
        ("patients__colour", ("red", "blue")),
        ("patients__isnull", (True, False)),
        ("pk__lte", (1, 10**6)),
    ],
    Address: [("postcode", ("AB1",)), ("appointments__reason", ("check of ann",))],
}
ORDERS: dict[type[models.Model], list[tuple[Any, ...]]] = {
    Patient: [("colour", "pk"), ("-pk",), ("user__username",), ("topics__title", "pk")],
    Appointment: [("patient__colour", "pk"), ("-reason", "pk")],
    Invoice: [("-total", "number"), (F("number").desc(),), (Lower("number"),)],
    Note: [("appointment__pk", "pk")],
    Topic: [("-title",), ("pk",)],
    Address: [("-pk",)],
}
RELATED: dict[type[models.Model], tuple[str, ...]] = {
    Patient: ("user", "referred_by", "referred_by__user"),
    Appointment: ("patient", "address", "patient__user"),
    Invoice: ("user",),
    Note: ("appointment", "appointment__patient"),
    Topic: (),
    Address: (),
}
PREFETCHED = {Patient: ("topics", "appointments", "documents"), Topic: ("patients",)}
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Patient: ("colour", "name", "email", "phone", "user__username", "topics__title", "kitchen"),
    Appointment: ("reason", "patient__colour", "patient__name", "starts"),
    Invoice: ("number", "total", "content", "guest_email", "placed"),
    Note: ("text", "appointment__reason", "created"),
    Topic: ("title", "patients__name", "patients__colour"),
    Address: ("line1", "postcode", "country"),
}
WAYS = (
    "objects", "get", "values", "values_list", "flat", "count", "exists", "sum", "group", "only",
    "defer", "dates", "first", "iterator", "explain",
)  # fmt: skip


@dataclass(frozen=True)
class Query:
    """One generated query; `run` gives what the caller sees of it."""

    model: type[models.Model]
    conditions: tuple[tuple[str, Any, bool], ...]
    either: bool
    order: tuple[Any, ...]
    related: tuple[str, ...]
    prefetched: tuple[str, ...]
    columns: tuple[str, ...]
    part: tuple[int, int | None] | None
    distinct: bool
    way: str

    def varied(self, by: int) -> Query:
        """The same query with other values, as far as there are any."""
        values = dict(CONDITIONS[self.model])
        return replace(
            self,
            conditions=tuple(
                (name, values[name][by % len(values[name])], negated)
                for name, _, negated in self.conditions
            ),
        )

    def run(self) -> Any:
        queryset = self._queryset()
        match self.way:
            case "objects" | "only" | "defer":
                return [self._seen(one) for one in queryset]
            case "iterator":
                return [self._seen(one) for one in queryset.iterator(chunk_size=2)]
            case "get" | "first":
                return self._seen(getattr(queryset, self.way)())
            case "values" | "values_list":
                return [self._plain(row) for row in getattr(queryset, self.way)(*self.columns)]
            case "flat":
                column = self.columns[0] if self.columns else "pk"
                return list(map(self._plain, queryset.values_list(column, flat=True)))
            case "sum":
                return queryset.aggregate(a=Max("pk"), b=Count("pk", distinct=self.distinct),
                                          c=Sum("pk", filter=Q(pk__gt=0)))  # fmt: skip
            case "group":
                return list(queryset.values(*self.columns[:1]).annotate(n=Count("pk")))
            case "dates":
                return list(queryset.annotate(two=F("pk")).values_list("two", "pk"))
            case "explain":
                return bool(queryset.explain())
            case way:
                return getattr(queryset, way)()

    def _queryset(self) -> Any:
        queryset: Any = self.model._default_manager.all()
        asked = [
            ~Q(**{name: value}) if negated else Q(**{name: value})
            for name, value, negated in self.conditions
        ]
        if self.either and asked:
            queryset = queryset.filter(Q(*asked, _connector=Q.OR))
        else:
            for condition in asked:
                queryset = queryset.filter(condition)
        if self.related:
            queryset = queryset.select_related(*self.related)
        queryset = queryset.order_by(*self.order).prefetch_related(*self.prefetched)
        if self.distinct:
            queryset = queryset.distinct()
        simple = [name for name in self.columns if "__" not in name]
        if self.way == "only":
            queryset = queryset.select_related(None).only(*simple)
        elif self.way == "defer":
            queryset = queryset.defer(*simple)
        if self.part and self.way not in ("get", "first"):
            queryset = queryset[slice(*self.part)]
        return queryset

    def _seen(self, one: models.Model | None, depth: int = 3) -> Any:
        """The loaded values, also of what was loaded along; withheld ones are absent."""
        if one is None or not depth:
            return None
        found = {n: self._plain(v) for n, v in one.__dict__.items() if not n.startswith("_")}
        for name, related in one._state.fields_cache.items():
            found[f"-> {name}"] = self._seen(related, depth - 1)
        for name, several in getattr(one, "_prefetched_objects_cache", {}).items():
            found[f"=> {name}"] = [self._seen(each, depth - 1) for each in several]
        return found

    def _plain(self, value: Any) -> Any:
        return "masked" if isinstance(value, Masked) else value


@st.composite
def queries(draw: Any) -> Query:
    model = draw(st.sampled_from(list(CONDITIONS)))
    conditions = []
    for name, values in draw(st.lists(st.sampled_from(CONDITIONS[model]), max_size=2)):
        conditions.append((name, draw(st.sampled_from(values)), draw(st.booleans())))
    often_none = st.sampled_from([True, False, False])
    related = RELATED[model]
    return Query(
        model,
        tuple(conditions),
        draw(st.booleans()),
        draw(st.sampled_from([(), *ORDERS[model]])),
        tuple(draw(st.lists(st.sampled_from(related), unique=True))) if related else (),
        PREFETCHED.get(model, ()) if draw(often_none) else (),
        tuple(draw(st.lists(st.sampled_from(COLUMNS[model]), unique=True, max_size=3))),
        draw(st.sampled_from([None, None, (0, 1), (1, 3), (0, 0), (1, None)])),
        draw(often_none),
        draw(st.sampled_from(WAYS)),
    )


def contexts(clinic: Clinic) -> list[Context]:
    ann, bob = f"member:{clinic.ann.pk}", f"member:{clinic.bob.pk}"
    return [
        Context("own", Actor("member", ann), ann, "test"),
        Context("own", Actor("member", bob), bob, "test"),
        Context("own", Actor(), None, "test"),
        Context("order_fulfilment", DISPATCH, None, "test"),
        Context("weekly_bundle_mail", MARKETING, None, "test"),
        Context("generated", SYSTEM, ann, "test"),
        Context("generated", SYSTEM, None, "test"),
        Context("upkeep", SYSTEM, None, "test"),
        Context("statistics", SYSTEM, None, "test"),
        Context(None, SYSTEM, None, "test"),
    ]


def outcome(query: Query, context: Context) -> tuple[Any, ...]:
    """What the caller gets, what the database is told, and what the log is told."""
    told: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, about: Any) -> Any:
        if 'FROM "upheld_' not in sql:  # keys are asked for once in a while
            told.append((sql, None if params is None else tuple(params)))
        return execute(sql, params, many, about)

    with fresh_buffer() as buffer, entered(context), connection.execute_wrapper(listen):
        try:
            got: Any = query.run()
        except (UpheldError, models.ObjectDoesNotExist, FieldError, ValueError, TypeError) as error:
            got = (type(error), str(error))
        except query.model.MultipleObjectsReturned as error:  # type: ignore[attr-defined]  # every model's
            got = str(error)
    noted = sorted(
        (
            group.first.kind, group.first.purpose, group.first.model, group.first.decision,
            group.count, group.rows, sorted(group.categories), sorted(group.subjects),
        )
        for group in buffer.groups.values()
    )  # fmt: skip
    return got, told, noted


grants = st.builds(
    Grant,
    read=st.sampled_from([("*",), ("taste.colour", "name.legal"), ()]),
    match=st.sampled_from([("*",), ("taste.colour", "order.content"), ()]),
    mask=st.sampled_from([(), ("contact.email", "contact.phone", "name.legal")]),
    rows=st.sampled_from(["own", "consented", "all"]),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(queries(), st.lists(st.integers(0, 9), min_size=3, max_size=3)),
        min_size=3,
        max_size=6,
    ),
    grant=grants,
    default=st.sampled_from(["in", "out"]),
)
def test_plans_change_nothing(clinic: Clinic, steps: Any, grant: Grant, default: Any) -> None:
    policy = active().policy
    rule = replace(
        policy.purposes["weekly_bundle_mail"], id="generated", may=grant, posts=(), default=default
    )
    policy = replace(policy, purposes={**policy.purposes, "generated": rule})
    whom = contexts(clinic)
    # Each query runs for one context twice, then with other values, for others too, and again.
    trace = [
        (asked, whom[at])
        for query, (first, *others) in steps
        for asked, at in (
            (query, first),
            (query, first),
            *((query.varied(by), first) for by in range(3)),
            *((query.varied(number), at) for number, at in enumerate(others)),
            (query, first),
        )
    ]
    with override(policy=policy):
        with plans(NoPlans()):
            meant = [outcome(query, context) for query, context in trace]
        with plans(Generations(20)):
            given = [outcome(query, context) for query, context in trace]
    for step, one, other in zip(trace, given, meant, strict=True):
        assert one == other, step


def rows(queryset: Any) -> list[Any]:
    return list(queryset)


def kept_plans(fresh: Generations[Any]) -> list[tuple[Any, Any]]:
    """The plans of the clinic's own statements, with their keys."""
    return [(key, plan) for key, plan in fresh._new.items() if "clinic_" in plan.sql]


def test_the_second_of_a_shape_is_not_compiled(
    clinic: Clinic, fresh: Generations[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_("upkeep"):
        assert [p.name for p in Patient.objects.filter(colour="red")] == ["Ann Lee"]
        assert len(kept_plans(fresh)) == 1
        monkeypatch.setattr("upheld.guard.compiling.SQLCompiler.pre_sql_setup", None)
        assert [p.name for p in Patient.objects.filter(colour="blue")] == ["Bob Lee"]
        assert [p.name for p in Patient.objects.filter(colour="green")] == []


@pytest.mark.parametrize(
    "alike",
    [
        [{"colour__in": ["red"]}, {"colour__in": ["red", "blue"]}, {"colour__in": ["blue"]}],
        [{"user__is_active": True}, {"user__is_active": False}],
        [{"referred_by__isnull": True}, {"referred_by__isnull": False}],
        [{"pk__gt": 0}, {"pk__gt": 10**30}, {"pk__gt": 1}],
        [{"colour": "red"}, {"colour__iexact": "RED"}, {"colour__contains": "red"}],
    ],
)
def test_what_is_written_into_the_sql_is_part_of_the_shape(
    clinic: Clinic, alike: list[dict[str, Any]]
) -> None:
    with as_("upkeep"):
        found = {}
        for kept in (NoPlans(), Generations[Any]()):
            with plans(kept):
                found[type(kept)] = [
                    sorted(Patient.objects.filter(**given).values_list("name", flat=True))
                    for _ in range(2)
                    for given in alike
                ]
        assert found[NoPlans] == found[Generations]


def test_slices_are_part_of_the_shape(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("upkeep"):
        names = Patient.objects.order_by("pk").values_list("name", flat=True)
        for _ in range(2):
            assert [list(names[:1]), list(names[1:2]), list(names[:2])] == [
                ["Ann Lee"], ["Bob Lee"], ["Ann Lee", "Bob Lee"],
            ]  # fmt: skip


def test_a_plan_of_one_person_gives_the_rows_of_the_other(
    clinic: Clinic, fresh: Generations[Any]
) -> None:
    with clinic.own(clinic.ann):
        assert [p.name for p in Patient.objects.all()] == ["Ann Lee"]
    with clinic.own(clinic.bob):
        assert [p.name for p in Patient.objects.all()] == ["Bob Lee"]
    assert len(kept_plans(fresh)) == 1


def test_a_plan_is_of_one_purpose(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("upkeep"):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    for name in ("statistics", None):
        with as_(name), pytest.raises(PurposeError):
            rows(Patient.objects.values_list("name"))
    with as_("upkeep"):
        assert len(rows(Patient.objects.values_list("name"))) == 2


def test_a_plan_is_of_one_set_of_posts(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("order_fulfilment", DISPATCH):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    with as_("order_fulfilment", MARKETING), pytest.raises(PurposeError):
        rows(Patient.objects.values_list("name"))


def test_a_plan_is_of_one_governance(clinic: Clinic, fresh: Generations[Any]) -> None:
    policy = active().policy
    rule = policy.purposes["statistics"]
    wide = replace(rule, posts=(), may=Grant(read=("*",), match=("*",), rows="all"))
    wider = replace(policy, purposes={**policy.purposes, "statistics": wide})
    with override(policy=wider), as_("statistics"):
        assert len(rows(Patient.objects.values_list("name"))) == 2
    with as_("statistics"), pytest.raises(PurposeError):
        rows(Patient.objects.values_list("name"))


def test_refusals_are_made_anew_each_time(clinic: Clinic, fresh: Generations[Any]) -> None:
    with as_("statistics"), fresh_buffer() as buffer:
        for _ in range(3):
            with pytest.raises(PurposeError):
                rows(Patient.objects.values_list("name"))
    (noted,) = buffer.groups.values()
    assert (noted.first.kind, noted.count) == ("refusal", 3)
    assert len(kept_plans(fresh)) == 0


def test_nothing_is_planned_while_observing(clinic: Clinic, fresh: Generations[Any]) -> None:
    with mode("observe"), as_("upkeep"):
        rows(Patient.objects.all())
    assert len(kept_plans(fresh)) == 0


def test_a_plan_holds_no_value(clinic: Clinic, fresh: Generations[Any]) -> None:
    with clinic.own(clinic.ann):
        rows(Patient.objects.filter(colour__in=["mauve", "ochre"], phone="081547110815"))
        rows(Appointment.objects.filter(patient__colour__icontains="mau"))
        rows(Patient.objects.filter(colour="mauve").order_by("pk")[:7])
    assert len(kept_plans(fresh)) == 3
    text = repr([(key, fields(plan), plan) for key, plan in kept_plans(fresh)])
    for value in ("mau", "ochre", "081547110815", f"member:{clinic.ann.pk}"):
        assert value not in text


def test_deferred_columns_stay_deferred(clinic: Clinic, fresh: Generations[Any]) -> None:
    for _ in range(2):
        with as_("order_fulfilment", DISPATCH):
            patient = Patient.objects.get(pk=clinic.ann_patient.pk)
            assert patient.name == "Ann Lee"
            with pytest.raises(PurposeError):
                _ = patient.colour


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Invoice.objects.annotate(low=Lower("number")),
        lambda: Invoice.objects.order_by(F("number").asc()),
        lambda: Invoice.objects.filter(number=F("content")),
        lambda: Invoice.objects.filter(user__in=User.objects.filter(username="ann")),
        lambda: Invoice.objects.filter(placed__year=2026),
        lambda: Invoice.objects.values("user").annotate(n=Count("pk")),
        lambda: Invoice.objects.extra(select={"one": "1 + %s"}, select_params=[1]),
        lambda: Invoice.objects.filter(pk__in=range(1000, 1300)),
    ],
)
def test_what_is_not_known_has_no_shape(
    clinic: Clinic, fresh: Generations[Any], queryset: Any
) -> None:
    with as_("upkeep"):
        rows(queryset())
    assert len(kept_plans(fresh)) == 0


def test_an_attribute_of_a_later_django_has_no_shape(
    clinic: Clinic, fresh: Generations[Any]
) -> None:
    queryset = Invoice.objects.all()
    queryset.query.lateral = True
    with as_("upkeep"):
        rows(queryset)
    assert len(kept_plans(fresh)) == 0


def test_generations_keep_what_is_used() -> None:
    kept: Generations[int] = Generations(2)
    for number in range(10):
        kept.keep(number, number)
        kept.keep("used", -1) if number == 0 else kept.get("used")
    assert kept.get("used") == -1
    assert kept.get(0) is None
    assert len(kept) <= 4
    kept.clear()
    assert (len(kept), kept.get("used")) == (0, None)
