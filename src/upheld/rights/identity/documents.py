"""The life of a document: taken in, shown to the post that decides, destroyed.

`receive` scans what came, rewrites it, and seals the rewritten file under a key of its own.
Without a scanner's `OK` it stays in quarantine, where nobody can open it. `destroy` ends key
and bytes in the caller's transaction, so a decision and the end of its papers are one act:
killed half-way, neither happened.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import puremagic
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from upheld import keyring
from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import PurposeError
from upheld.journal import here, write_now
from upheld.policy.detectors import DETECTORS
from upheld.policy.period import parse_period
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import Policy
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.identity.papers import rebuild
from upheld.rights.identity.pictures import FORMATS, redraw
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.identity.scanner import scan
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import RUNNING
from upheld.rights.requests.tallies import count

LARGEST = 10 * 1024 * 1024
MOST_DOCUMENTS = 6
CATEGORY = "identity.document"
COLUMN = "upheld.IdentityDocument"
PDF = "application/pdf"
CLEAN, QUARANTINED, DESTROYED = "clean", "quarantined", "destroyed"


def receive(
    row: RightsRequest, data: bytes, *, role: str = "identity", using: str = DEFAULT_DB_ALIAS
) -> IdentityDocument:
    """Take in one document for a running request. Raises `ProofRefused`, `TooOften`.

    The same file again is the same document.
    """
    count(f"document {row.pk}", most=20, using=using)
    if row.state not in RUNNING:
        raise ProofRefused("the request is closed", words="This request is closed already.")
    mark = salted_hmac("upheld.document", data, algorithm="sha256").hexdigest()
    known = IdentityDocument.objects.using(using).filter(request=row, mark=mark).first()
    if known is not None:
        return known
    media = _media(data)
    verdict = scan(data)
    if verdict.result == "found":
        _noted(row, "a document was turned away by the scanner", using)
        raise ProofRefused(
            f"the scanner found `{verdict.what}`",
            words="This file holds harmful software. Please send a fresh photo or scan.",
        )
    content, masked, kind = _rewritten(data, media)
    document = IdentityDocument(
        request=row,
        role=role,
        media=kind,
        masked=masked,
        mark=mark,
        state=CLEAN if verdict.result == "clean" else QUARANTINED,
        received_at=timezone.now(),
        scanned_at=timezone.now() if verdict.result == "clean" else None,
    )
    with transaction.atomic(using=using):
        # The row of the request first: a decision made meanwhile must not leave a paper behind.
        held = RightsRequest.objects.using(using).select_for_update().get(pk=row.pk)
        papers = IdentityDocument.objects.using(using).filter(request=row)
        if held.state not in RUNNING or papers.exclude(state=DESTROYED).count() >= MOST_DOCUMENTS:
            raise ProofRefused(
                "no further document is taken",
                words=f"A request takes {MOST_DOCUMENTS} files at most, and only while it runs.",
            )
        document.content = keyring.sealer(using).seal(
            base64.b64encode(content).decode(), column=COLUMN, subject=keeper(document.pk)
        )
        document.save(using=using, force_insert=True)
        _noted(row, "a document came in", using)
    return document


def _media(data: bytes) -> str:
    """The type by content, among those that are taken."""
    if len(data) > LARGEST:
        raise ProofRefused(
            f"a file of {len(data)} bytes",
            words="This file is larger than 10 MB. Please send a smaller one.",
        )
    try:
        media = puremagic.from_string(data, mime=True) if data else ""
    except (puremagic.PureError, ValueError):
        media = ""
    if media not in FORMATS and media != PDF:
        raise ProofRefused(
            f"a file of type `{media or 'unknown'}`",
            words="Only photos (JPEG, PNG, WebP) and PDF files are taken.",
        )
    return media


def _rewritten(data: bytes, media: str) -> tuple[bytes, int, str]:
    if media == PDF:
        return *rebuild(data, refused_detectors(active().policy)), PDF
    return redraw(data, media), 0, "image/jpeg"


def refused_detectors(policy: Policy) -> tuple[str, ...]:
    """Detectors of everything that the site refuses."""
    names = (name for refused in policy.refuse.values() for name in refused.detect)
    return tuple(name for name in dict.fromkeys(names) if name in DETECTORS)


def keeper(id: UUID) -> str:
    """The keyring's name for the key of a document."""
    return f"document:{id}"


def shown(id: UUID, using: str = DEFAULT_DB_ALIAS) -> tuple[IdentityDocument, bytes]:
    """Return a document with its content, for the post that decides.

    Only for a purpose that the policy lets read documents, at work under the post, and only
    what a scanner called clean. Raises `PurposeError`, `ProofRefused`. Each look is logged.
    """
    here_now = current()
    outcome = decide(
        active().policy, here_now.purpose, here_now.actor, "subject", CATEGORY, "read"
    ).outcome
    if outcome is not Outcome.ALLOW:
        raise PurposeError(
            f"an identity document may not be read for `{here_now.purpose}`",
            hint="only the post that decides may look at it",
            purpose=here_now.purpose,
            target=COLUMN,
            action="read",
        )
    document = IdentityDocument.objects.using(using).select_related("request").get(pk=id)
    if document.state != CLEAN:
        raise ProofRefused(
            f"the document is {document.state}",
            words=f"This document is {document.state}: nobody can open it.",
        )
    content = keyring.sealer(using).open(document.content, column=COLUMN)
    subject = document.request.subject
    write_now(
        here(
            "read",
            model=COLUMN,
            categories=(CATEGORY,),
            rows=1,
            subjects=(subject,) if subject else (),
            decision="allow",
        ),
        using=using,
    )
    return document, base64.b64decode(content)


def destroy(documents: Iterable[IdentityDocument], using: str = DEFAULT_DB_ALIAS) -> int:
    """Destroy keys and bytes of these documents, in the caller's transaction."""
    gone = [document.pk for document in documents if document.state != DESTROYED]
    with transaction.atomic(using=using):
        keyring.destroy([keeper(id) for id in gone], using=using)
        IdentityDocument.objects.using(using).filter(pk__in=gone).update(
            content="", mark=None, state=DESTROYED, destroyed_at=timezone.now()
        )
    return len(gone)


def destroy_checked(row: RightsRequest, using: str = DEFAULT_DB_ALIAS) -> int:
    """After the check: destroy what the policy says is forgotten then."""
    if _kept_for(row) is not None:
        return 0
    return destroy(IdentityDocument.objects.using(using).filter(request=row), using)


def sweep(using: str = DEFAULT_DB_ALIAS, *, now: datetime | None = None) -> tuple[int, int]:
    """Destroy papers whose time after the check is over, and scan again what waits.

    Returns (destroyed, released from quarantine).
    """
    today = (now or timezone.now()).date()
    over: list[IdentityDocument] = []
    waiting: list[IdentityDocument] = []
    living = IdentityDocument.objects.using(using).exclude(state=DESTROYED)
    for document in living.select_related("request").iterator(chunk_size=50):
        row = document.request
        checked = row.verified_at or row.closed_at
        until = _kept_for(row)
        if checked is not None and (until is None or until <= today):
            over.append(document)
        elif document.state == QUARANTINED:
            waiting.append(document)
    return destroy(over, using), sum(_scan_again(document, using) for document in waiting)


def _kept_for(row: RightsRequest) -> date | None:
    """Until when the policy keeps the papers of a checked request; None = not at all."""
    proof = active().policy.proofs.get(row.proof)
    period = parse_period(proof.forget) if proof else None
    checked = row.verified_at or row.closed_at
    return period.after(checked.date()) if period and checked else None


def _scan_again(document: IdentityDocument, using: str) -> bool:
    content = base64.b64decode(keyring.sealer(using).open(document.content, column=COLUMN))
    verdict = scan(content)
    if verdict.result == "clean":
        rows = IdentityDocument.objects.using(using).filter(pk=document.pk, state=QUARANTINED)
        return bool(rows.update(state=CLEAN, scanned_at=timezone.now()))
    if verdict.result == "found":
        destroy([document], using)
    return False


def _noted(row: RightsRequest, what: str, using: str) -> None:
    write_now(
        here(
            "request",
            categories=(CATEGORY,),
            rows=1,
            subjects=(row.subject,) if row.subject else (),
            decision=row.state,
            details={"request": str(row.pk), "step": what},
        ),
        using=using,
    )
