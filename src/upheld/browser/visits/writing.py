"""A batch of views on its way into the database: one transaction, rows and sketches together."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connections, router, transaction

from upheld.browser.visits import moments, partitions
from upheld.browser.visits.cells import Marks, merge
from upheld.browser.visits.models import Visit
from upheld.browser.visits.rules import COUNTER, rule_in_force
from upheld.browser.visits.salts import digest, salts_now
from upheld.browser.visits.seen import Seen
from upheld.context import purpose
from upheld.journal.inserting import insert, trusted

COLUMNS = (
    "id",
    "day",
    "hour",
    "kind",
    "page",
    "previous",
    "referrer",
    "language",
    "country",
    "browser",
    "system",
    "device",
    "detail",
    "number",
    "visit",
)
Row = tuple[Any, ...]


def write(batch: Sequence[Seen], *, lost: int = 0, using: str | None = None) -> None:
    """Write a batch for the purpose that may count visits; nothing where none may any more.

    `lost` views that were not taken are written as one row that says so.
    """
    rule = rule_in_force()
    if rule is None:
        return
    using = using or router.db_for_write(Visit)
    if lost:
        batch = [*batch, Seen(*moments.now(), "lost", number=lost)]
    with (
        purpose(rule.purpose, actor=COUNTER, place="visits"),
        transaction.atomic(using=using),
    ):
        salts = salts_now(using)
        _insert([_row(seen, salts) for seen in batch], using)
        merge(_marks(batch, salts), using)


def _row(seen: Seen, salts: Mapping[date, bytes]) -> Row:
    salt = salts.get(seen.day)
    # Half of a digest, which fits the column and is as random.
    visit = digest(seen.visit, salt) >> 1 if seen.visit and salt else None
    return (secrets.randbits(63), *seen[:13], visit)


def _insert(rows: list[Row], using: str) -> None:
    connection: Any = connections[using]
    rows.sort()  # by random id: the order in which they came is forgotten
    if connection.vendor != "postgresql":
        insert(Visit, COLUMNS, rows, using=using)
        return
    partitions.make({row[1] for row in rows}, using)
    columns = ", ".join(COLUMNS)
    with (
        trusted(connection),
        connection.cursor() as cursor,
        cursor.copy(f"COPY upheld_visit ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _marks(batch: Sequence[Seen], salts: Mapping[date, bytes]) -> Marks:
    """Who shares what: digests of visitors by day, measure and value."""
    marks: Marks = defaultdict(set)
    known: dict[tuple[date, bytes], int] = {}
    for seen in batch:
        salt = salts.get(seen.day)
        if seen.kind != "view" or not seen.visitor or salt is None:
            continue
        key = (seen.day, seen.visitor)
        mark = known.get(key)
        if mark is None:
            mark = known[key] = digest(seen.visitor, salt)
        for measure, value in _groups_of(seen):
            marks[seen.day, measure, value].add(mark)
    return marks


def _groups_of(seen: Seen) -> list[tuple[str, str]]:
    found = [
        ("total", ""),
        ("hour", f"{seen.hour:02}"),
        ("page", seen.page),
        ("referrer", seen.referrer),
        ("country", seen.country),
        ("language", seen.language),
        ("browser", seen.browser),
        ("system", seen.system),
        ("device", seen.device),
    ]
    if seen.previous:
        found.append(("step", step(seen.previous, seen.page)))
    return found


def step(previous: str, page: str) -> str:
    """One step of a path, as it is called in a report."""
    return f"{previous} > {page}"
