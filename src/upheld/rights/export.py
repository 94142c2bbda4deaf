"""A person's own copy: one ZIP with JSON and CSV a category, a page to read, and a manifest.

Rows are read model by model and written as they come, so that a person with 100,000 rows
takes no more memory than one with ten. The archive and what it is made of are temporary files
that have no name and are gone when closed, or when the process dies: no copy stays on the
server. Values that a spreadsheet would run as a formula are written so that it does not.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

from django.db import DEFAULT_DB_ALIAS
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join

from upheld import mail
from upheld.consent.receipts import how_to_check, pem, receipt
from upheld.consent.records import records as consent_records
from upheld.datamap.active import active
from upheld.disclosure.passing_on import Given, given_of
from upheld.disclosure.spreadsheet import harmless
from upheld.errors import ConsentError
from upheld.journal import Entry, events_of, here, write_now
from upheld.journal.signing import signer
from upheld.rights.bundle import Bundle
from upheld.rights.holdings import Row, Value, rows
from upheld.rights.reasons import reasons_for, recipients_of, title_of
from upheld.rights.requests.told import about

SPOOL_BYTES = 8 * 1024 * 1024
"""Up to this size the archive stays in memory; a category while it is gathered, an eighth."""
Record = dict[str, str]


class _Category:
    """What was read of one category, kept as lines of JSON until it is written out."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.slug = id.replace(".", "-")
        self.rows = 0
        self.names: dict[str, None] = {}
        self._lines = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES // 8)  # noqa: SIM115 - closed by `close`

    def add(self, record: Record) -> None:
        self.rows += 1
        self.names.update(dict.fromkeys(record))
        self._lines.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    def records(self) -> Iterator[Record]:
        self._lines.seek(0)
        for line in self._lines:
            yield json.loads(line)

    def close(self) -> None:
        self._lines.close()


def build(subject: str, using: str = DEFAULT_DB_ALIAS) -> IO[bytes]:
    """Return a readable, seekable ZIP of everything held about `subject`.

    The copy is logged as an export before it is handed out. Close it: then it is gone.
    """
    archive = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the caller streams it
    gathered: dict[str, _Category] = {}
    try:
        for row in rows(subject, using):
            for category, record in _records(row):
                gathered.setdefault(category, _Category(category)).add(record)
        held = [gathered[id] for id in active().policy.data if id in gathered]
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            _write(Bundle(zipped), held, subject, using)
        write_now(
            here(
                "export",
                categories=tuple(category.id for category in held),
                rows=sum(category.rows for category in held),
                subjects=(subject,),
                decision="allow",
            ),
            using=using,
        )
    except BaseException:
        archive.close()
        raise
    finally:
        for one in gathered.values():
            one.close()
    archive.seek(0)
    return archive


def _write(bundle: Bundle, held: list[_Category], subject: str, using: str) -> None:
    for category in held:
        bundle.lines(f"json/{category.slug}.json", _json(category))
        bundle.lines(f"csv/{category.slug}.csv", _csv(category))
    uses = [_use(entry) for entry in events_of(subject, using=using)]
    given = [_given(one) for one in given_of(subject, using=using)]
    bundle.add("json/uses.json", _dumped(uses))
    bundle.add("json/given_to.json", _dumped(given))
    _add_consents(bundle, subject, using)
    bundle.add("json/requests.json", _dumped(about(subject, using)))
    bundle.add("json/mails.json", _dumped(mail.sent_to(subject, using=using)))
    made = datetime.now(UTC)
    page = render_to_string(
        "upheld/export.html",
        {"policy": active().policy, "uses": uses, "given": given, "made": made},
    )
    before, _, after = page.partition("<!-- categories -->")
    bundle.lines("index.html", _page(before, held, after))
    bundle.manifest(
        {
            "format": "upheld-export-1",
            "controller": active().policy.controller.name,
            "notice_updated": active().policy.updated.isoformat(),
            "made_at": made.isoformat(timespec="seconds"),
        }
    )


def _add_consents(bundle: Bundle, subject: str, using: str) -> None:
    """The consent records by ISO/IEC TS 27560, and what proves them without us."""
    bundle.add("json/consents.json", _dumped(consent_records(subject, using=using)))
    try:
        signed, signature = receipt(subject, using=using)
    except ConsentError:  # nothing was answered
        return
    bundle.add("consent-receipt/receipt.json", signed)
    bundle.add("consent-receipt/receipt.sig", signature)
    bundle.add("consent-receipt/key.pem", pem(signer().verifier).encode())
    bundle.add("consent-receipt/HOW-TO-CHECK.txt", how_to_check().encode())


def _records(row: Row) -> Iterator[tuple[str, Record]]:
    """Yield a record for each category that the row has a value of."""
    by_category: dict[str, list[Value]] = {}
    for value in row.values:
        if value.shown != "":
            by_category.setdefault(value.column.category, []).append(value)
    for category, values in by_category.items():
        record = {"what": str(row.model.model._meta.verbose_name), "id": str(row.instance.pk)}
        record.update((value.column.field.name, value.shown) for value in values)
        yield category, record


def _use(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(timespec="seconds"),
        "who": "you" if entry.own else " ".join((entry.actor, *entry.posts)),
        "kind": entry.kind,
        "purpose": entry.purpose,
        "what": list(entry.categories),
        "where": entry.place,
        "decision": entry.decision,
    }


def _given(one: Given) -> dict[str, Any]:
    return {
        "to": one.name,
        "at": one.at.isoformat(timespec="seconds"),
        "what": list(one.categories),
        "purpose": one.purpose,
        "ground": one.ground,
        "country": one.country,
        "state": one.state,
    }


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _json(category: _Category) -> Iterator[str]:
    for number, record in enumerate(category.records()):
        text = json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        yield ("[\n  " if number == 0 else ",\n  ") + text
    yield "\n]"


def _csv(category: _Category) -> Iterator[str]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(category.names), restval="")
    yield "\ufeff"
    writer.writeheader()
    for record in category.records():
        writer.writerow({name: harmless(value) for name, value in record.items()})
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _page(before: str, held: list[_Category], after: str) -> Iterator[str]:
    yield before
    for category in held:
        yield format_html("<h2>{}</h2>\n", title_of(category.id))
        for reason in reasons_for(category.id):
            yield format_html("<p>{}, {}. Kept: {}.</p>\n", reason.title, reason.basis, reason.keep)
        recipients = ", ".join(recipients_of(active().policy, category.id))
        yield (
            format_html("<p>May be passed to: {}.</p>\n", recipients)
            if recipients
            else "<p>Not passed to anybody outside.</p>\n"
        )
        for record in category.records():
            cells = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>',
                                     record.items())  # fmt: skip
            yield f"<table>{cells}</table><br>\n"
    yield after
