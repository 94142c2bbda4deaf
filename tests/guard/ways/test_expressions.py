"""Every expression, function, aggregate and window of Django over a column it may not touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import NotSupportedError, connection
from django.db.models import Aggregate, Count
from django.db.models import expressions as e
from django.db.models import functions as f

from tests.guard.conftest import Clinic, as_
from tests.guard.ways.made import MADE, E
from tests.guard.ways.surface import expressions, is_transform
from tests.project.clinic.models import Patient
from upheld.errors import PurposeError

NO_COLUMN = {
    E + "ColPairs": "columns of a composite key: see test_lookups",
    E + "DatabaseDefault": "a column's default",
    E + "Expression": "the base of all",
    E + "Ref": "an output by name: see `ordered_by_output` below",
    "sql.compiler.PositionRef": "an output by position: see `ordered_by_output` below",
    E + "Star": "all rows, no column",
    E + "Value": "a parameter",
    "functions.datetime.Now": "the clock",
    "functions.datetime.TruncBase": "the base of the truncations",
    "functions.math.Pi": "a number",
    "functions.math.Random": "a number",
    "functions.window.LagLeadFunction": "the base of two",
    "indexes.IndexExpression": "DDL",
    "lookups.Transform": "the base of all transforms",
    "postgres.fields.ranges.RangeBoundary": "a text",
    "postgres.functions.RandomUUID": "a number",
    "postgres.functions.TransactionNow": "the clock",
}
BY_LOOKUP = ("fields.json.", "postgres.fields.", "postgres.lookups.")
"""Transforms that are reached by the name of a lookup: see test_lookups."""

USES: dict[str, Callable[[Any], Any]] = {
    "output": lambda x: list(Patient.objects.annotate(x=x).values_list("x")),
    "whole": lambda x: [p.x for p in Patient.objects.annotate(x=x)],
    "filter": lambda x: list(Patient.objects.annotate(x=x).filter(x__isnull=False)),
    "alias": lambda x: list(Patient.objects.alias(x=x).exclude(x__isnull=True).values("pk")),
    "order": lambda x: list(Patient.objects.annotate(x=x).order_by("x").values("pk")),
    "order_by_output": lambda x: list(
        Patient.objects.annotate(x=x).values_list("x").order_by("-x")),
    "group": lambda x: list(Patient.objects.annotate(x=x).values("x").annotate(n=Count("pk"))),
    "aggregate": lambda x: Patient.objects.annotate(x=x).aggregate(n=Count("x")),
    "distinct": lambda x: list(Patient.objects.annotate(x=x).values_list("x").distinct()),
    "write": lambda x: Patient.objects.update(colour=x),
    "nested": lambda x: list(Patient.objects.filter(
        pk__in=Patient.objects.annotate(x=x).filter(x__isnull=False).values("pk"))),
    "copied": lambda x: list(Patient.objects.annotate(
        y=e.Subquery(Patient.objects.annotate(x=x).values("x")[:1])).values("y")),
}  # fmt: skip


def test_nothing_of_django_is_forgotten() -> None:
    offered = {
        name
        for name in expressions()
        if not (name.startswith(BY_LOOKUP) and is_transform(expressions()[name]))
    }
    assert offered - set(MADE) - set(NO_COLUMN) == set()
    assert (set(MADE) | set(NO_COLUMN)) - offered == set()


def uses_of(made: Any) -> list[Callable[[Any], Any]]:
    """Where Django lets the expression stand."""
    names = set(USES)
    if isinstance(made, e.Window):
        names -= {"write", "aggregate", "copied"}
    if isinstance(made, Aggregate):
        names -= {"write", "aggregate", "group", "copied", "order_by_output"}
    return [USES[name] for name in sorted(names)]


@pytest.mark.parametrize("name", sorted(MADE))
def test_refused(db: None, name: str) -> None:
    """A column that may not be touched, a sealed one that ciphertext cannot answer for, and
    one that may be matched, not read."""
    for purpose, column in (("statistics", "phone"), ("upkeep", "name")):
        with as_(purpose):
            for use in uses_of(MADE[name](column)):
                if purpose == "upkeep" and name == E + "Col":
                    continue  # the column itself may be read there
                with pytest.raises(REFUSED):
                    use(MADE[name](column))
    # `Exists` over what may be matched says what a filter would say.
    if name != E + "Exists":
        with as_("statistics"), pytest.raises(REFUSED):
            USES["output"](MADE[name]("colour"))


REFUSED: Any = (PurposeError,)
if connection.vendor == "sqlite":
    REFUSED = (PurposeError, NotSupportedError)


def test_aggregates_over_nothing_hidden(clinic: Clinic) -> None:
    """The refusals above come from the column: another one is answered."""
    with as_("upkeep"):
        assert Patient.objects.aggregate(n=Count(f.Upper("colour")))["n"] == 2
        assert list(Patient.objects.order_by(f.Lower("colour")).values_list(
            f.Substr("colour", 1, 1), flat=True)) == ["b", "r"]  # fmt: skip
