"""A person's own copy: one ZIP with JSON and CSV a category, a page to read, and a manifest.

The archive is built in a temporary file that is gone when closed: no copy stays on the
server. Values that a spreadsheet would run as a formula are written so that it does not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from datetime import UTC, datetime
from typing import IO, Any

from django.db import DEFAULT_DB_ALIAS
from django.template.loader import render_to_string

from upheld.datamap.active import active
from upheld.journal import Entry, events_of, here, write_now
from upheld.rights.holdings import Row, by_category
from upheld.rights.reasons import reasons_for, recipients_of, title_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
SPOOL_BYTES = 8 * 1024 * 1024
"""Up to this size the archive stays in memory."""


def build(subject: str, using: str = DEFAULT_DB_ALIAS) -> IO[bytes]:
    """Return a readable, seekable ZIP of everything held about `subject`.

    The copy is logged as an export before it is handed out.
    """
    archive = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the caller streams it
    written: list[dict[str, Any]] = []
    sections: list[dict[str, Any]] = []
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        held = by_category(subject, using)
        for category, rows in held.items():
            records = [_record(row) for row in rows]
            slug = category.replace(".", "-")
            _add(bundle, written, f"json/{slug}.json", _json(records))
            _add(bundle, written, f"csv/{slug}.csv", _csv(records))
            sections.append(
                {
                    "title": title_of(category),
                    "records": records,
                    "reasons": reasons_for(category),
                    "recipients": recipients_of(active().policy, category),
                }
            )
        uses = [_use(entry) for entry in events_of(subject, using=using)]
        _add(bundle, written, "json/uses.json", _json(uses))
        made = datetime.now(UTC)
        page = render_to_string(
            "upheld/export.html",
            {"policy": active().policy, "sections": sections, "uses": uses, "made": made},
        )
        _add(bundle, written, "index.html", page.encode())
        manifest = {
            "format": "upheld-export-1",
            "controller": active().policy.controller.name,
            "notice_updated": active().policy.updated.isoformat(),
            "made_at": made.isoformat(timespec="seconds"),
            "files": written,
        }
        bundle.writestr("manifest.json", _json(manifest))
    write_now(
        here(
            "export",
            categories=tuple(held),
            rows=sum(len(rows) for rows in held.values()),
            subjects=(subject,),
            decision="allow",
        ),
        using=using,
    )
    archive.seek(0)
    return archive


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


def _record(row: Row) -> dict[str, Any]:
    record: dict[str, Any] = {
        "what": str(row.model.model._meta.verbose_name),
        "id": str(row.instance.pk),
    }
    for value in row.values:
        record[value.column.field.name] = value.shown
    return record


def _add(bundle: zipfile.ZipFile, written: list[dict[str, Any]], path: str, data: bytes) -> None:
    bundle.writestr(path, data)
    written.append({"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _csv(records: list[dict[str, Any]]) -> bytes:
    names = list(dict.fromkeys(name for record in records for name in record))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    for record in records:
        writer.writerow({name: _inert(value) for name, value in record.items()})
    return text.getvalue().encode("utf-8-sig")


def _inert(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
