"""What is sent: rows read under the feed's purpose at the moment of sending, as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from upheld import consent
from upheld.context import Actor, purpose
from upheld.datamap.paths import subjects_of
from upheld.disclosure.feeds import REFERENCE, Feed
from upheld.disclosure.models import HandedRow
from upheld.disclosure.spreadsheet import harmless
from upheld.policy.types import Recipient

SENDER = Actor(kind="system", ref="system:deliver")
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one delivery. `sent` are the rows in it, `left_out` row key -> why not."""

    data: bytes
    sent: tuple[HandedRow, ...]
    left_out: Mapping[int, str]


def content_of(
    feed: Feed, recipient: Recipient, rows: Iterable[HandedRow], using: str = DEFAULT_DB_ALIAS
) -> Content:
    """Read the rows and write them in the feed's form.

    Left out: rows that are gone, rows that changed hands since they were queued, and, where
    the recipient needs consent, people who do not (or no longer) agree to the purpose.
    """
    wanted = list(rows)
    values = read(feed, [row.row for row in wanted], using)
    sent, lines, left_out = [], [], {}
    for row in wanted:
        found = values.get(row.row)
        if found is None:
            left_out[row.pk] = "gone"
        elif found[0] != row.subject:
            left_out[row.pk] = "somebody else's now"
        elif recipient.only_if == "explicit_consent" and not _agreed(row.subject, feed.purpose):
            left_out[row.pk] = "no consent"
        else:
            sent.append(row)
            lines.append({REFERENCE: row.reference, **found[1]})
    return Content(written(feed, lines), tuple(sent), left_out)


def read(feed: Feed, keys: Iterable[str], using: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return key -> (whose, field -> value) of the rows that the feed's purpose may see."""
    model = feed.bound
    names = list(feed.fields)
    wanted = list(keys)
    with purpose(feed.purpose, actor=SENDER, place=f"feed:{feed.id}"):
        rows = list(
            model.model._base_manager.using(using)
            .filter(pk__in=wanted)
            .values_list("pk", *feed.fields.values())
        )
        owners = subjects_of(model, [row[0] for row in rows], using)
    return {
        str(row[0]): (owners.get(row[0]) or "", dict(zip(names, row[1:], strict=True)))
        for row in rows
    }


def written(feed: Feed, lines: list[dict[str, Any]]) -> bytes:
    """Write the lines as UTF-8 JSON (a list of objects) or CSV (a header, then rows)."""
    if feed.form == "json":
        return json.dumps(lines, ensure_ascii=False, default=str).encode()
    out = io.StringIO()
    table = csv.DictWriter(out, [REFERENCE, *feed.fields], lineterminator="\r\n")
    table.writeheader()
    table.writerows({name: harmless(value) for name, value in line.items()} for line in lines)
    return out.getvalue().encode()


def _agreed(subject: str, to: str) -> bool:
    return bool(subject) and consent.allowed(subject, to)
