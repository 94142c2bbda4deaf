"""Opening a request, whichever door it comes through.

The same key opens one request, however often and from however many workers it is sent; and of
a kind that a person needs once, a second one leads to the one that runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.utils import timezone

from upheld.datamap.active import active
from upheld.errors import RightsError
from upheld.policy.detectors import masked
from upheld.rights.clocks.reading import day_in
from upheld.rights.identity.documents import destroy_checked, refused_detectors
from upheld.rights.requests.letters import post
from upheld.rights.requests.matching import address_on_file
from upheld.rights.requests.models import Agent, RightsRequest
from upheld.rights.requests.rules import ACCOUNT, law_of, proof_for, right_for, zone
from upheld.rights.requests.sealed import mark_of, seal
from upheld.rights.requests.states import KINDS, NEED_PROOF, OPEN, RUNNING, SINGLE_KINDS
from upheld.rights.requests.steps import log, move, read_dates

PROOF_DAYS = 30
"""How long we wait for proof before the request expires."""
LONGEST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Opened:
    """`created` is False when the request was there already."""

    request: RightsRequest
    created: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, as it came in.

    `key` is what makes it the same request when it comes twice: a form's token, a mail's
    Message-ID, an agent's own id. `subject` None = nobody knows yet whose data. `contact` is
    where to answer; empty = the address on file. `signed_in` = the person showed a fresh
    sign-in just now.
    """

    kind: str
    channel: str
    key: str
    subject: str | None = None
    words: str = ""
    contact: str = ""
    about: str = ""
    received_at: datetime | None = None
    signed_in: bool = False
    agent: Agent | None = None
    agent_request: str = ""
    taken_by: str = ""


def open_request(asked: Asked, *, using: str = DEFAULT_DB_ALIAS) -> Opened:
    """Open a request, acknowledge it and say what happens next. Raises `RightsError`."""
    _check(asked)
    known = _known(asked, using)
    if known is not None:
        return Opened(known, False)
    with transaction.atomic(using=using):
        try:
            with transaction.atomic(using=using):
                row = _new(asked, using)
                row.save(using=using, force_insert=True)
        except IntegrityError:  # another worker or window was a moment faster
            known = _known(asked, using)
            if known is None:
                raise
            return Opened(known, False)
        log(row, "open", "", {"channel": row.channel}, using, subject=row.subject)
        row = move(row.pk, "acknowledge", using=using)
        row = _ask_or_verify(row, asked, using)
        post(row, "acknowledged", using=using, need_proof=row.reason == NEED_PROOF)
    return Opened(row, True)


def verify(row: RightsRequest, how: str, *, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """Take note that the person showed who they are, by `how` (`account`, `code`, `document`).

    The papers are forgotten in the same transaction, as the policy says.
    """

    def confirm(found: RightsRequest) -> None:
        if not found.subject:
            raise RightsError(
                "nobody was matched to this request", hint="say first whose data it is about"
            )
        found.verified_at = timezone.now()
        found.verified_by = how
        found.expires_at = None

    with transaction.atomic(using=using):
        done = move(row.pk, "verify", details={"by": how}, change=confirm, using=using)
        destroy_checked(done, using)
    return done


def _ask_or_verify(row: RightsRequest, asked: Asked, using: str) -> RightsRequest:
    if row.proof == ACCOUNT and asked.signed_in and row.subject:
        return verify(row, ACCOUNT, using=using)

    def until(found: RightsRequest) -> None:
        found.expires_at = timezone.now() + timedelta(days=PROOF_DAYS)

    return move(row.pk, "ask_proof", reason=NEED_PROOF, change=until, using=using)


def _new(asked: Asked, using: str) -> RightsRequest:
    received = asked.received_at or timezone.now()
    right = right_for(active().policy, asked.kind, asked.channel)
    row = RightsRequest(
        kind=asked.kind,
        channel=asked.channel,
        right=right.id if right else "",
        proof=proof_for(right, asked.channel),
        about=asked.about,
        state=OPEN,
        key=_digest(asked),
        subject=asked.subject,
        agent=asked.agent,
        agent_request=asked.agent_request,
        taken_by=asked.taken_by,
        received_at=received,
        zone=zone(),
    )
    law = law_of(asked.kind, day_in(received, row.zone))
    row.law = law.id if law else ""
    # A number that the site refuses is not kept because somebody wrote it into a request.
    words = masked(asked.words.strip()[:LONGEST_WORDS], refused_detectors(active().policy))
    row.words = seal(row.pk, words, using)
    row.contact = seal(row.pk, asked.contact.strip(), using)
    on_file = address_on_file(asked.subject, using) if asked.subject else ""
    row.address_mark = mark_of(on_file, using)
    read_dates(row)
    return row


def _known(asked: Asked, using: str) -> RightsRequest | None:
    rows = RightsRequest.objects.using(using)
    same = rows.filter(key=_digest(asked)).first()
    if same is not None or asked.subject is None:
        return same

    if asked.kind not in SINGLE_KINDS:
        return None
    return rows.filter(subject=asked.subject, kind=asked.kind, state__in=RUNNING).first()


def _digest(asked: Asked) -> str:
    who = asked.agent.pk if asked.agent else asked.subject or ""
    scope = "" if asked.channel == "mail" else who
    return sha256("\0".join((asked.channel, scope, asked.key)).encode()).hexdigest()


def _check(asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise RightsError(
            f"`{asked.kind}` is no kind of request", hint=f"one of: {', '.join(KINDS)}"
        )
    if not asked.key.strip():
        raise RightsError(
            "a request needs a key", hint="it is what tells a second click from a second request"
        )
    if asked.received_at is not None and asked.received_at.tzinfo is None:
        raise RightsError("the moment of receipt has no time zone", hint="give an aware datetime")
    if asked.received_at is not None and asked.received_at > timezone.now() + timedelta(days=1):
        raise RightsError("the moment of receipt lies in the future", hint="look at the clock")
