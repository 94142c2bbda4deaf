"""Every lookup and transform that Django registers, asked of a column it may not match."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.contrib.postgres import fields as pg
from django.contrib.postgres.lookups import (
    SearchLookup,
    TrigramSimilar,
    TrigramStrictWordSimilar,
    TrigramWordSimilar,
    Unaccent,
)
from django.contrib.postgres.search import SearchVectorField
from django.db import NotSupportedError, connection, models
from django.db.models import ExpressionWrapper, F
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.lookups import PostgresOperatorLookup
from psycopg.types.range import Range

from tests.guard.conftest import Clinic, as_
from tests.guard.ways.surface import expressions, fields, is_transform, lookups, name_of
from tests.project.clinic.models import Patient
from upheld.errors import PurposeError

DAY = datetime.date(2026, 11, 22)
MOMENT = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)

KINDS: dict[str, tuple[Any, Any]] = {
    "ArrayField": (pg.ArrayField(models.TextField()), ["a"]),
    "BooleanField": (models.BooleanField(), True),
    "CharField": (models.CharField(), "a"),
    "DateField": (models.DateField(), DAY),
    "DateRangeField": (pg.DateRangeField(), (DAY, DAY)),
    "DateTimeField": (models.DateTimeField(), MOMENT),
    "DateTimeRangeField": (pg.DateTimeRangeField(), (MOMENT, MOMENT)),
    "DecimalField": (models.DecimalField(max_digits=9, decimal_places=2), 1),
    "DurationField": (models.DurationField(), datetime.timedelta(1)),
    "FloatField": (models.FloatField(), 1.0),
    "HStoreField": (pg.HStoreField(), {"a": "b"}),
    "IntegerField": (models.IntegerField(), 1),
    "IntegerRangeField": (pg.IntegerRangeField(), (1, 2)),
    "JSONField": (models.JSONField(), {"a": 1}),
    "SearchVectorField": (SearchVectorField(), "a"),
    "TimeField": (models.TimeField(), datetime.time(12)),
    "UUIDField": (models.UUIDField(), uuid.UUID(int=1)),
}
"""A field of each kind and a value of it. Kinds without lookups of their own are left out."""

ANSWERS: dict[str, Any] = {
    "date": DAY, "time": datetime.time(12), "isnull": True, "has_key": "a", "has_keys": ["a"],
    "has_any_keys": ["a"], "keys": ["a"], "values": ["a"], "len": 1, "isempty": True,
    "lower_inc": True, "lower_inf": True, "upper_inc": True, "upper_inf": True,
}  # fmt: skip
PARTS = ("year", "iso_year", "month", "day", "week", "week_day", "iso_week_day", "quarter", "hour",
         "minute", "second")  # fmt: skip
TEXTUAL = ("contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex",
           "iregex", "iexact")  # fmt: skip


def answer(kind: str, name: str) -> Any:
    """A value that the lookup `name` of a field of `kind` can be asked for."""
    value = KINDS[kind][1]
    if name in ANSWERS:
        return ANSWERS[name]
    if name in PARTS:
        return 1
    if name == "in":
        return [value]
    if name == "range":
        return (value, value)
    if name == "contained_by" and "Range" not in kind and kind not in OWN_CONTAINERS:
        return Range(value, value)
    if name in ("startswith", "endswith") and "Range" in kind:
        return value[0]
    return "a" if name in TEXTUAL and kind not in OWN_CONTAINERS and "Range" not in kind else value


OWN_CONTAINERS = ("ArrayField", "HStoreField", "JSONField")

ASKED = sorted((kind, name) for kind in KINDS for name in type(KINDS[kind][0]).get_lookups())
BELOW = [
    ("ArrayField", "0", "a"),
    ("ArrayField", "0_1", ["a"]),
    ("HStoreField", "a", "b"),
    ("JSONField", "a__b", 1),
    *(("JSONField", f"a__{name}", "x") for name in ("exact", "iexact", "regex", "iregex",
      "startswith", "istartswith", "endswith", "iendswith", "icontains", "contains", "gt", "gte",
      "lt", "lte", "has_key", "contained_by")),
    ("JSONField", "a__in", ["x"]),
    ("JSONField", "a__isnull", True),
    *((kind, f"{part}__{name}", 2026) for kind in ("DateField", "DateTimeField")
      for part in ("year", "iso_year") for name in ("exact", "gt", "gte", "lt", "lte")),
]  # fmt: skip
"""Lookups of what a transform gives."""

BY_HAND: dict[str, Any] = {
    "lookups.PostgresOperatorLookup": lambda x: like(x),
    "postgres.lookups.SearchLookup": lambda x: SearchLookup(x, "a"),
    "postgres.lookups.TrigramSimilar": lambda x: TrigramSimilar(x, "a"),
    "postgres.lookups.TrigramWordSimilar": lambda x: TrigramWordSimilar(x, "a"),
    "postgres.lookups.TrigramStrictWordSimilar": lambda x: TrigramStrictWordSimilar(x, "a"),
}
"""Registered only where `django.contrib.postgres` is installed."""

REFUSED: Any = PurposeError
if connection.vendor == "sqlite":
    REFUSED = (PurposeError, NotSupportedError, NotImplementedError)  # Django has no SQL for some


def like(x: Any) -> Any:
    class Like(PostgresOperatorLookup):  # type: ignore[type-arg]  # takes none at run time
        postgres_operator = "~~"
        lookup_name = "like"

    return Like(x, "a")


def wrapped(column: str, kind: str) -> Any:
    return ExpressionWrapper(F(column), output_field=KINDS[kind][0])


def refused(condition: dict[str, Any], **expression: Any) -> None:
    with pytest.raises(REFUSED):
        list(Patient.objects.alias(**expression).filter(**condition).values("pk"))
    with pytest.raises(REFUSED):
        Patient.objects.alias(**expression).exclude(**condition).count()


@pytest.mark.parametrize(("kind", "name"), ASKED)
def test_lookup(db: None, kind: str, name: str) -> None:
    for purpose, column in (("statistics", "phone"), ("upkeep", "name"), (None, "colour")):
        with as_(purpose):
            refused({f"x__{name}": answer(kind, name)}, x=wrapped(column, kind))


@pytest.mark.parametrize(("kind", "name", "value"), BELOW)
def test_lookup_below_a_transform(db: None, kind: str, name: str, value: Any) -> None:
    for purpose, column in (("statistics", "phone"), ("upkeep", "name"), (None, "colour")):
        with as_(purpose):
            refused({f"x__{name}": value}, x=wrapped(column, kind))


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_lookup_of_an_extension(db: None, name: str) -> None:
    for purpose, column in (("statistics", "phone"), ("upkeep", "name"), (None, "colour")):
        with as_(purpose), pytest.raises(REFUSED):
            list(Patient.objects.filter(BY_HAND[name](F(column))))


def test_transform_of_an_extension(db: None) -> None:
    for transform in (Unaccent, KeyTransform, KeyTextTransform):
        makes = ("a",) if issubclass(transform, KeyTransform) else ()
        with as_("statistics"), pytest.raises(REFUSED):
            list(Patient.objects.annotate(x=transform(*makes, wrapped("phone", "CharField"))))


@pytest.mark.parametrize("name", sorted(models.CharField.get_lookups()))
def test_sealed_column_itself(clinic: Clinic, name: str) -> None:
    """Answered as the clear text would be, or refused; never wrongly."""
    values = {"in": ["Ann Lee", "x"], "isnull": False, "range": ("Ann Lee", "Ann Lee")}
    with as_("upkeep"):
        try:
            found = Patient.objects.filter(**{f"name__{name}": values.get(name, "Ann Lee")})
            assert [p.name for p in found.order_by("pk")] == (
                ["Ann Lee", "Bob Lee"] if name == "isnull" else ["Ann Lee"]
            )
        except PurposeError as error:
            assert error.code == "sealing.use"


def test_nothing_of_django_is_forgotten() -> None:
    reached = {cls for kind in KINDS for cls in type(KINDS[kind][0]).get_lookups().values()}
    registered = {
        cls
        for field in fields().values()
        if not issubclass(field, models.ForeignObject | models.CompositePrimaryKey)
        for cls in field.get_lookups().values()
    }
    assert {name_of(cls) for cls in registered - reached} == set()
    below = {name_of(cls) for cls in lookups().values()} - {name_of(cls) for cls in reached}
    below -= set(BY_HAND)
    assert {
        name
        for name in below
        if not name.startswith(BY_TRANSFORM) and name not in BASES and not name.startswith(KEYS)
    } == set()
    transforms = {
        name for name, cls in expressions().items()
        if is_transform(cls) and name.startswith(("fields.json.", "postgres."))
    } - {name_of(cls) for cls in reached}  # fmt: skip
    assert transforms == TRANSFORMS


BY_TRANSFORM = ("fields.json.KeyTransform", "lookups.Year")
"""Reached in `BELOW`."""
KEYS = ("fields.related_lookups.", "fields.tuple_lookups.")
"""Lookups of foreign and composite keys, which are never hidden: see test_relations."""
BASES = {
    "lookups.BuiltinLookup",
    "lookups.PatternLookup",
    "fields.json.HasKeyLookup",
    "postgres.lookups.HasKey",
    "postgres.lookups.HasKeys",
    "postgres.lookups.HasAnyKeys",
    "postgres.lookups.Overlap",
    "postgres.lookups.DataContains",
    "postgres.lookups.ContainedBy",
    "fields.json.HasKeyOrArrayIndex",
}
TRANSFORMS = {
    "fields.json.KeyTransform",
    "fields.json.KeyTextTransform",
    "postgres.fields.array.IndexTransform",
    "postgres.fields.array.SliceTransform",
    "postgres.fields.hstore.KeyTransform",
    "postgres.lookups.Unaccent",
}
"""Reached in `BELOW` and `test_transform_of_an_extension`."""
