"""Each expression class of Django, made over a column named at will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.postgres import aggregates as pg
from django.contrib.postgres import search
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    Value,
)
from django.db.models import expressions as e
from django.db.models import functions as f
from django.db.models.fields.tuple_lookups import Tuple

from tests.guard.ways.surface import expressions, is_transform
from tests.project.clinic.models import Patient

Make = Callable[[str], Any]
"""From the name of a column to an expression of it."""


def number(name: str) -> Any:
    return ExpressionWrapper(F(name), output_field=FloatField())


def moment(name: str) -> Any:
    return ExpressionWrapper(F(name), output_field=DateTimeField())


def one(name: str) -> Any:
    return Patient.objects.filter(pk=OuterRef("pk")).values(name)[:1]


def over(function: Any) -> Any:
    return e.Window(function, output_field=CharField())


def sorted_by(name: str, function: Any) -> Any:
    return e.Window(function, order_by=F(name).asc())


def framed(name: str, frame: Any) -> Any:
    return e.Window(Count("pk"), partition_by=F(name), order_by="pk", frame=frame)


E, A, P = "expressions.", "postgres.aggregates.", "postgres.search."
MADE: dict[str, Make] = {
    E + "Case": lambda c: e.Case(e.When(pk=1, then=F(c)), default=Value("x")),
    E + "Col": lambda c: F(c),
    E + "CombinedExpression": lambda c: e.CombinedExpression(
        F(c), "||", Value("x"), output_field=CharField()
    ),
    E + "DurationExpression": lambda c: e.DurationExpression(
        moment(c), "-", Value(timedelta(1)), output_field=DateTimeField()
    ),
    E + "Exists": lambda c: e.Exists(Patient.objects.filter(**{f"{c}__regex": "1"})),
    E + "ExpressionWrapper": lambda c: ExpressionWrapper(F(c), output_field=TextField()),
    E + "Func": lambda c: Func(F(c), function="UPPER", output_field=CharField()),
    E + "NegatedExpression": lambda c: ~e.ExpressionWrapper(Q(**{f"{c}__regex": "1"}), None),
    E + "OrderBy": lambda c: e.Window(f.RowNumber(), order_by=F(c).desc(nulls_last=True)),
    E + "OrderByList": lambda c: e.Window(f.RowNumber(), order_by=[F(c).asc(), "pk"]),
    E + "ExpressionList": lambda c: e.Window(f.RowNumber(), partition_by=[F(c), F("pk")]),
    E + "RawSQL": lambda c: e.RawSQL(f"clinic_patient.{c}", ()),
    E + "RowRange": lambda c: framed(c, e.RowRange(-1, 0)),
    E + "ValueRange": lambda c: framed(c, e.ValueRange(None, 0)),
    E + "WindowFrame": lambda c: framed(c, e.RowRange(None, None)),
    E + "Window": lambda c: over(f.FirstValue(F(c))),
    E + "Subquery": lambda c: e.Subquery(one(c)),
    E + "TemporalSubtraction": lambda c: e.TemporalSubtraction(moment(c), moment("created")),
    E + "When": lambda c: e.Case(e.When(**{f"{c}__regex": "1"}, then=Value(1)), default=Value(0)),
    "aggregates.Aggregate": lambda c: Aggregate(F(c), function="MAX", output_field=CharField()),
    "fields.tuple_lookups.Tuple": lambda c: Func(
        Tuple(F(c), F("pk")), function="COUNT", output_field=IntegerField()
    ),
    "functions.comparison.Cast": lambda c: f.Cast(F(c), TextField()),
    "functions.comparison.Coalesce": lambda c: f.Coalesce(F(c), Value("x")),
    "functions.comparison.Collate": lambda c: f.Collate(F(c), "C"),
    "functions.comparison.Greatest": lambda c: f.Greatest(F(c), Value("x")),
    "functions.comparison.Least": lambda c: f.Least(F(c), Value("x")),
    "functions.comparison.NullIf": lambda c: f.NullIf(F(c), Value("x")),
    "functions.datetime.Extract": lambda c: f.Extract(moment(c), "year"),
    "functions.datetime.Trunc": lambda c: f.Trunc(moment(c), "year"),
    "functions.json.JSONArray": lambda c: f.JSONArray(F(c)),
    "functions.json.JSONObject": lambda c: f.JSONObject(x=F(c)),
    "functions.math.ATan2": lambda c: f.ATan2(number(c), Value(1.0)),
    "functions.math.Log": lambda c: f.Log(Value(2.0), number(c)),
    "functions.math.Mod": lambda c: f.Mod(number(c), Value(2.0)),
    "functions.math.Power": lambda c: f.Power(number(c), Value(2.0)),
    "functions.math.Round": lambda c: f.Round(number(c), 1),
    "functions.text.Concat": lambda c: f.Concat(F(c), Value("x")),
    "functions.text.ConcatPair": lambda c: f.ConcatPair(F(c), Value("x")),
    "functions.text.LPad": lambda c: f.LPad(F(c), 9),
    "functions.text.RPad": lambda c: f.RPad(F(c), 9),
    "functions.text.Left": lambda c: f.Left(F(c), 2),
    "functions.text.Right": lambda c: f.Right(F(c), 2),
    "functions.text.Repeat": lambda c: f.Repeat(F(c), 2),
    "functions.text.Replace": lambda c: f.Replace(F(c), Value("1"), Value("2")),
    "functions.text.StrIndex": lambda c: f.StrIndex(F(c), Value("1")),
    "functions.text.Substr": lambda c: f.Substr(F(c), 1, 2),
    "functions.window.FirstValue": lambda c: over(f.FirstValue(F(c))),
    "functions.window.LastValue": lambda c: over(f.LastValue(F(c))),
    "functions.window.Lag": lambda c: over(f.Lag(F(c))),
    "functions.window.Lead": lambda c: over(f.Lead(F(c))),
    "functions.window.NthValue": lambda c: over(f.NthValue(F(c), 2)),
    "functions.window.CumeDist": lambda c: sorted_by(c, f.CumeDist()),
    "functions.window.DenseRank": lambda c: sorted_by(c, f.DenseRank()),
    "functions.window.Ntile": lambda c: sorted_by(c, f.Ntile(2)),
    "functions.window.PercentRank": lambda c: sorted_by(c, f.PercentRank()),
    "functions.window.Rank": lambda c: sorted_by(c, f.Rank()),
    "functions.window.RowNumber": lambda c: sorted_by(c, f.RowNumber()),
    A + "general.StringAgg": lambda c: pg.StringAgg(F(c), delimiter=","),
    "postgres.expressions.ArraySubquery": lambda c: ArraySubquery(one(c)),
    P + "CombinedSearchVector": lambda c: search.SearchVector(c) + search.SearchVector("colour"),
    P + "CombinedSearchQuery": lambda c: search.SearchRank(
        search.SearchVector(c), search.SearchQuery("1") | search.SearchQuery("2")
    ),
    P + "SearchConfig": lambda c: search.SearchVector("colour", config=F(c)),
    P + "SearchHeadline": lambda c: search.SearchHeadline(F(c), search.SearchQuery("1")),
    P + "SearchQuery": lambda c: search.SearchQuery(F(c)),
    P + "SearchRank": lambda c: search.SearchRank(search.SearchVector(c), "1"),
    P + "SearchVector": lambda c: search.SearchVector(c),
    P + "TrigramBase": lambda c: search.TrigramSimilarity(c, "1"),
    P + "TrigramWordBase": lambda c: search.TrigramWordSimilarity("1", c),
}
for _name in ("Similarity", "Distance"):
    MADE[P + "Trigram" + _name] = lambda c, n=_name: getattr(search, "Trigram" + n)(c, "1")
    for _word in ("Word", "StrictWord"):
        _cls = getattr(search, f"Trigram{_word}{_name}")
        MADE[f"{P}Trigram{_word}{_name}"] = lambda c, cls=_cls: cls("1", c)
for _name in ("Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance"):
    _cls = expressions()[f"aggregates.{_name}"]
    MADE[f"aggregates.{_name}"] = lambda c, cls=_cls: cls(number(c))
for _name in ("ArrayAgg", "BitAnd", "BitOr", "BitXor", "BoolAnd", "BoolOr", "JSONBAgg"):
    _cls = getattr(pg, _name)
    MADE[f"{A}general.{_name}"] = lambda c, cls=_cls: cls(F(c))
for _name in ("Corr", "CovarPop", "RegrAvgX", "RegrAvgY", "RegrCount", "RegrIntercept", "RegrR2",
              "RegrSXX", "RegrSXY", "RegrSYY", "RegrSlope", "StatAggregate"):  # fmt: skip
    _cls = getattr(pg, _name, pg.Corr)
    MADE[f"{A}statistics.{_name}"] = lambda c, cls=_cls: cls(y=number(c), x=Value(1.0))
for _name, _cls in expressions().items():
    if is_transform(_cls) and _name.startswith("functions.datetime.") and _name not in MADE:
        MADE[_name] = lambda c, cls=_cls: cls(moment(c))
    elif is_transform(_cls) and _name.startswith("functions.") and _name not in MADE:
        MADE[_name] = lambda c, cls=_cls: cls(F(c))
