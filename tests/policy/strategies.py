"""Hypothesis strategies for well-formed policies, made from the shape that reads them.

References between sections are not kept: reading does not look at them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from upheld.context import Actor
from upheld.policy.shape import SINGLES, Field, id_pattern, record_fields, sections
from upheld.policy.types import ALL, Category, Cookie, Grant, Policy, Refused, StorageKey

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
periods = st.builds(
    lambda count, unit: f"{count} {unit}s",
    st.integers(1, 9999),
    st.sampled_from(["hour", "day", "week", "month", "year"]),
)
CATEGORY_IDS = ("name.legal", "contact.email", "order.content", "taste.colour")
category_ids = st.sampled_from(CATEGORY_IDS)
sentence_ids = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
formats: dict[str, st.SearchStrategy[str]] = {
    "country": st.sampled_from(["GB", "NO", "US", "MY"]),
    "currency": st.sampled_from(["USD", "GBP"]),
    "period": periods,
    "limit": st.one_of(st.just("prompt"), periods, st.just("7 working days")),
    "day": st.dates().map(str),
    "origin": st.sampled_from(["https://words.example", "https://*.cdn.example:8443"]),
    "path": st.sampled_from(["/", "/widget.js"]),
    "sentence": sentence_ids,
}


def words(record: Any, field: Field) -> st.SearchStrategy[str]:
    """One text that the field may hold."""
    choices = [choice for choice in field.choices if choice]
    if choices:
        return st.sampled_from(choices)
    if field.format:
        return formats[field.format]
    if record is Grant:
        return st.one_of(category_ids, st.just(ALL))
    return texts


def values(record: Any, field: Field) -> st.SearchStrategy[Any]:
    """A value of the field."""
    if field.kind == "record":
        inner = records(field.record)
        return st.one_of(st.none(), inner) if field.optional else inner
    if field.kind == "flag":
        return st.booleans()
    if field.kind == "count":
        return st.integers(0, 999_999_999)
    if field.kind == "day":
        return st.dates()
    word = words(record, field)
    if field.kind in ("text", "choice"):
        return word if field.required else st.one_of(st.just(field.default), word)
    return st.lists(word, max_size=3, unique=True).map(tuple)


def records(record: Any, **given: Any) -> st.SearchStrategy[Any]:
    """A record of the frozen types; what is not given is drawn."""
    drawn = {
        field.name: values(record, field)
        for field in record_fields(record)
        if field.name not in given
    }
    return st.builds(record, **drawn, **{name: st.just(value) for name, value in given.items()})


def ids(record: Any) -> st.SearchStrategy[str]:
    """Ids that a section of such records may use."""
    if record is Category:
        return category_ids
    if record is Refused:
        return st.sampled_from(["card.number", *CATEGORY_IDS])
    if record in (Cookie, StorageKey):
        return st.from_regex(id_pattern(record), fullmatch=True).filter(lambda id: len(id) < 30)
    return st.sampled_from(["own", "news", "a.b_c-d", "no", "x1", "null"])


@st.composite
def section(draw: st.DrawFn, record: Any) -> dict[str, Any]:
    """A section: ids to records."""
    names = draw(st.lists(ids(record), max_size=2, unique=True))
    return {id: draw(records(record, id=id)) for id in names}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A well-formed policy."""
    parts: dict[str, Any] = {name: draw(records(record)) for name, record in SINGLES.items()}
    for name, record in sections().items():
        parts[name] = draw(section(record))
    day = draw(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
    return Policy(updated=day, **parts)


actors = st.builds(
    Actor,
    kind=st.sampled_from(["visitor", "member", "staff", "system"]),
    posts=st.frozensets(st.sampled_from(["dispatch", "marketing"])),
)
