"""Generated queries: a model, conditions, an order, and how each is run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Lower
from hypothesis import strategies as st

from tests.project.clinic.models import Address, Appointment, Invoice, Note, Patient, Topic
from upheld.guard.masked import Masked

DAY = datetime.date(2026, 11, 22)
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)

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
