"""Deciding a request: what was asked is done in the transaction of the decision, or it is
denied with a ground. Papers end with the decision.

Safety: a deletion erases the person through `upheld.rights.erase`, which plans, searches again
and rolls everything back when something would be left; the request is closed in the same
transaction, so a crash leaves either an open request and all data, or a closed one and a
receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from upheld import consent
from upheld.conf import conf
from upheld.consent.offered import choices
from upheld.context import current
from upheld.datamap.active import active
from upheld.errors import RightsError
from upheld.guard.restricting import restrict
from upheld.rights.erasure import erase
from upheld.rights.identity.documents import destroy
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.requests.forgetting import forget
from upheld.rights.requests.letters import post
from upheld.rights.requests.matching import address_on_file
from upheld.rights.requests.models import RequestPause, RightsRequest
from upheld.rights.requests.sealed import opened, seal
from upheld.rights.requests.states import COPIES, GROUNDS, Step
from upheld.rights.requests.steps import locked, move

COLLECT_DAYS = 30
"""How long a copy may be fetched."""
DELETION = "deletion"


class OwnRequest(RightsError):
    """Somebody of the staff would decide what they asked for themselves."""

    code = "rights.own_request"


def fulfil(row: RightsRequest, *, answer: str = "", using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Do what was asked and close the request. Raises `WrongMove`, `OwnRequest`,
    `ErasureBlocked`, `ErasureIncomplete`, `ConsentError`; nothing is changed then."""
    _not_ones_own(row)
    with transaction.atomic(using=using):
        found = locked(row.pk, using)  # nobody else carries it out meanwhile
        subject = found.subject
        to = opened(found.contact, using) or (address_on_file(subject, using) if subject else "")
        receipt = ""
        if found.kind == DELETION and found.verified_at and subject:
            # The step first: it refuses what may not be carried out before anything goes.
            found = move(found.pk, "fulfil", change=_answered(answer, using), using=using)
            receipt = erase(subject, ground="asked by a verified request", using=using).person
            forget(subject, using=using)
            found = _receipted(found, receipt, using)
        else:
            found = move(found.pk, "fulfil", change=_answered(answer, using), using=using)
            _carry_out(found, using)
        _end_papers(found, using)
        post(found, "fulfilled", to=to, using=using, answer=answer, receipt=_receipt_page(receipt))
    return found


def deny(
    row: RightsRequest, ground: str, *, answer: str = "", using: str = DEFAULT_DB_ALIAS
) -> RightsRequest:
    """Close a request without doing it, on a ground that the person is told."""
    _not_ones_own(row)
    if ground not in GROUNDS:
        raise RightsError(f"`{ground}` is no ground", hint=f"one of: {', '.join(GROUNDS)}")
    if ground == "other" and not answer.strip():
        raise RightsError("the ground `other` needs words", hint="say why in the answer")
    with transaction.atomic(using=using):
        done = move(row.pk, "deny", reason=ground, change=_answered(answer, using), using=using)
        _end_papers(done, using)
        post(done, "denied", using=using, answer=answer)
    return done


def revoke(row: RightsRequest, *, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """The person takes the request back."""
    return _ended(row, "revoke", "revoked", using)


def expire(row: RightsRequest, *, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Nobody showed in time who they are."""
    return _ended(row, "expire", "expired", using)


def pause(row: RightsRequest, reason: str, *, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Stop the clock and ask the person. Raises `RightsError` without a reason."""
    if not reason.strip():
        raise RightsError("a pause needs a reason", hint="it is what the person is asked")
    with transaction.atomic(using=using):
        found = locked(row.pk, using)
        if found.pauses.using(using).filter(ended_at__isnull=True).exists():
            raise RightsError("the clock stands still already", hint="let it go on first")
        RequestPause.objects.using(using).create(
            request=found, began_at=timezone.now(), reason=reason.strip()[:200]
        )
        done = move(row.pk, "pause", using=using)
        post(done, "paused", using=using, why=reason)
    return done


def resume(row: RightsRequest, *, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Let the clock go on."""
    with transaction.atomic(using=using):
        locked(row.pk, using)
        open_pause = RequestPause.objects.using(using).filter(
            request_id=row.pk, ended_at__isnull=True
        )
        if not open_pause.update(ended_at=timezone.now()):
            raise RightsError("the clock does not stand still", hint="there is nothing to do")
        return move(row.pk, "resume", using=using)


def _carry_out(row: RightsRequest, using: str) -> None:
    subject = row.subject or ""
    if row.kind == "restriction":
        restrict(subject, ground="asked by a verified request", using=using)
    elif row.kind in ("objection", "consent_withdrawal"):
        _withdraw(row, subject, using)


def _withdraw(row: RightsRequest, subject: str, using: str) -> None:
    """Take a purpose away from somebody's data: through the ledger where it asks, and by the
    guard's refusal where the purpose leaves no choice."""
    if row.about not in active().policy.purposes:
        raise RightsError(
            "the request does not say which use it is about", hint="choose the purpose first"
        )
    if row.about in choices(active().policy):
        consent.record(
            subject,
            row.about,
            False,
            wording="Asked by a request",
            version=active().policy.updated.isoformat(),
            place=current().place or "request",
            method=row.channel,
            using=using,
        )
    else:
        restrict(subject, purpose=row.about, ground="an objection", using=using)


def _answered(answer: str, using: str) -> Callable[[RightsRequest], None]:
    def change(row: RightsRequest) -> None:
        row.answer = seal(row.pk, answer.strip(), using)
        row.expires_at = None
        if row.state == "fulfilled" and row.kind in COPIES:
            row.expires_at = timezone.now() + timedelta(days=COLLECT_DAYS)

    return change


def _receipted(row: RightsRequest, receipt: str, using: str) -> RightsRequest:
    """The erasure has taken the person out of the request: only the receipt is added."""
    RightsRequest.objects.using(using).filter(pk=row.pk).update(receipt=receipt)
    return RightsRequest.objects.using(using).get(pk=row.pk)


def _receipt_page(receipt: str) -> str:
    if not receipt:
        return ""
    try:
        return conf().SITE_URL + reverse("upheld:receipt", args=[receipt])
    except NoReverseMatch:
        return receipt


def _ended(row: RightsRequest, step: Step, letter: str, using: str) -> RightsRequest:
    with transaction.atomic(using=using):
        done = move(row.pk, step, using=using)
        _end_papers(done, using)
        post(done, letter, using=using)
    return done


def _end_papers(row: RightsRequest, using: str) -> None:
    destroy(IdentityDocument.objects.using(using).filter(request_id=row.pk), using)


def _not_ones_own(row: RightsRequest) -> None:
    """Nobody of the staff decides on their own data; the person's own acts are no decision."""
    actor = current().actor
    if actor.kind == "staff" and row.subject and actor.ref == row.subject:
        raise OwnRequest(
            "nobody decides on a request of their own", hint="ask a colleague of the same post"
        )
