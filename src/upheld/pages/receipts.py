"""The receipt of an erasure, at an address that only the person was given, and its proof: what
anybody can check without the site, its database or the network."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from upheld.errors import EvidenceError
from upheld.evidence.receipt import Receipt
from upheld.journal import receipt_for
from upheld.journal.signing import verifiers
from upheld.rights.models import ErasureReceipt
from upheld.rights.reasons import title_of
from upheld.rights.receipts import as_bytes

HOW = """\
receipt.json  what was erased, what stays, why, until when
proof.txt     the log's own event about it, its place in the log, and the log's signature
log-key.txt   the key with which the log signs

Anybody can check them on any computer that has Upheld, without us and without the internet:

    python -m upheld.evidence.verify proof.txt --key log-key.txt --paper receipt.json

The event holds the checksum of receipt.json and none of your data.
"""


def receipt(request: HttpRequest, person: str) -> HttpResponse:
    """Show an erasure receipt. Its address is a random secret only the person was given."""
    found = get_object_or_404(ErasureReceipt, person=person)
    kept = [
        {**item, "what": [title_of(name) for name in item["categories"]], "until": _day(item)}
        for item in found.content["kept"]
    ]
    by = found.content.get("unrecoverable_by")
    context = {
        "receipt": found.content,
        "done_at": found.done_at,
        "kept": kept,
        "unrecoverable_by": date.fromisoformat(by) if by else None,
        "proved": bool(found.event),
    }
    return render(request, "upheld/receipt.html", context)


def proof(request: HttpRequest, person: str) -> FileResponse:
    """Send the receipt with the proof that the log says the same, as a ZIP."""
    found = get_object_or_404(ErasureReceipt, person=person)
    if not found.event:
        raise Http404
    text = receipt_for(found.event)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("receipt.json", as_bytes(found))
        files.writestr("proof.txt", text)
        files.writestr("log-key.txt", _key_of(text) + "\n")
        files.writestr("HOW-TO-CHECK.txt", HOW)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"receipt-{person[:8]}.zip")


def _key_of(text: str) -> str:
    """The public key that signed this proof."""
    for key in verifiers():
        try:
            Receipt.parse(text).check([key])
        except EvidenceError:
            continue
        return key.text
    raise Http404


def _day(item: dict[str, Any]) -> date | None:
    """Until when something stays; None = until somebody releases it."""
    try:
        return date.fromisoformat(item["until"])
    except ValueError:
        return None
