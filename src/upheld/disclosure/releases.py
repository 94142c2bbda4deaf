"""Releases: hand-overs that people decide on, never a job.

An authority with a legal ground, the other party of an acquisition, whomever a person names
in writing. Somebody opens it, somebody else says yes, and only then a sealed bundle is made,
once, for one reader, and written down before it leaves the process.

Safety argument. A release changes state by a conditional update from the state it is in, so
two clicks make one bundle; making it records the hand-over and its evidence in the same
transaction as the new state, and the bytes go out only after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.utils import timezone

from upheld.context import acting_for, current, purpose
from upheld.datamap.active import active
from upheld.disclosure import terms
from upheld.disclosure.bundle import Bundle, reader_key, seal
from upheld.disclosure.content import SENDER
from upheld.disclosure.gate import record
from upheld.disclosure.models import Approval, HandedRow, HandOver, Release
from upheld.disclosure.selection import records
from upheld.errors import DisclosureRefused
from upheld.policy.types import Recipient

DECIDED = ("legal_ground", "acquisition", "explicit_consent")
"""Conditions that people see to; the others need no release."""

Enclosure = Callable[[str], Iterator[tuple[str, str, Mapping[str, Any]]]]
_enclosures: list[Enclosure] = []


def enclose(maker: Enclosure) -> Enclosure:
    """Let a room add lines to every transfer: open requests, answers to questions of consent.

    `maker(using)` yields (file name, whose, record), file by file.
    """
    if maker not in _enclosures:
        _enclosures.append(maker)
    return maker


def open_release(
    recipient_id: str,
    *,
    authority: str,
    reference: str,
    ground: str,
    reasoning: str,
    scope: Iterable[str],
    subject: str = "",
    silent_because: str = "",
    silent_until: date | None = None,
    announced_on: date | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Release:
    """Open a release in the name of the actor in force.

    Raises `DisclosureRefused` when the policy does not let the recipient have the categories
    or knows no such ground, when nobody is named although it is no transfer, or when the
    person may not be told without a reason and a last day.
    """
    recipient = terms.recipient_named(recipient_id)
    if recipient.only_if not in DECIDED:
        _refuse(recipient, f"`{recipient_id}` needs no release", "use a feed")
    if recipient.grounds and ground not in recipient.grounds:
        listed = ", ".join(f"`{each}`" for each in recipient.grounds)
        _refuse(recipient, f"`{ground}` is no ground for `{recipient_id}`", f"use {listed}")
    for name, text in (
        ("authority", authority),
        ("reference", reference),
        ("reasoning", reasoning),
    ):
        if not text.strip():
            _refuse(recipient, f"the release says nothing about its {name}", f"give the {name}")
    asked = tuple(dict.fromkeys(scope))
    if not asked:
        _refuse(recipient, "the release asks for nothing", "name at least one category")
    if recipient.only_if != "acquisition" and not subject:
        _refuse(recipient, "the release names no person", "name whose data are asked for")
    if recipient.only_if == "explicit_consent" and current().actor.ref != subject:
        _refuse(
            recipient,
            f"only the person themselves can authorise `{recipient_id}`",
            "they do so in their member centre, in their own words",
        )
    if bool(silent_because.strip()) != (silent_until is not None):
        _refuse(
            recipient,
            "silence towards the person needs a reason and a last day",
            "give both, or tell the person",
        )
    _checked(recipient, asked)
    return Release.objects.using(using).create(
        recipient=recipient_id,
        purpose=recipient.purposes[0],
        ground=ground,
        authority=authority.strip(),
        reference=reference.strip(),
        reasoning=reasoning.strip(),
        subject=subject,
        scope=list(asked),
        silent_because=silent_because.strip(),
        silent_until=silent_until,
        announced_on=announced_on,
        opened_by=current().actor.ref,
    )


def needed(release: Release) -> int:
    """How many people must agree: one besides who opened it, or more where the policy says."""
    return max(1, terms.recipient_named(release.recipient).approvals)


def approve(release: Release, *, using: str = DEFAULT_DB_ALIAS) -> Release:
    """Say yes as the actor in force. Raises `DisclosureRefused` for who opened it, for a
    second yes of the same person, and once it is decided."""
    by = current().actor.ref
    recipient = terms.recipient_named(release.recipient)
    if by == release.opened_by:
        _refuse(recipient, "who opened a release cannot approve it", "ask a second person")
    with transaction.atomic(using=using):
        held = _held(release, Release.DRAFT, using)
        try:
            with transaction.atomic(using=using):
                Approval.objects.using(using).create(release=held, by=by)
        except IntegrityError:
            _refuse(recipient, "you have approved this release already", "ask somebody else")
        if held.approvals.using(using).count() >= needed(held):
            held.state = Release.APPROVED
            held.save(using=using, update_fields=["state"])
    return held


def withdraw(release: Release, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take one's own authorisation back, as the person in force; not once it is made."""
    if current().actor.ref != release.subject or release.opened_by != release.subject:
        raise PermissionError("an authorisation is taken back by who gave it")
    refuse(release, "taken back by the person", using=using)


def refuse(release: Release, because: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Say no, with the reason. What was made already cannot be refused any more."""
    changed = Release.objects.using(using).filter(
        pk=release.pk, state__in=(Release.DRAFT, Release.APPROVED)
    )
    if not changed.update(
        state=Release.REFUSED, ended_by=current().actor.ref, ended_because=because[:255]
    ):
        _refuse(terms.recipient_named(release.recipient), "it is decided already", "look again")


def make(release: Release, reader: str, *, using: str = DEFAULT_DB_ALIAS) -> Bundle:
    """Make the sealed bundle, once. `reader` is the age public key of who may open it.

    Raises `DisclosureRefused` before its approvals are there, for a transfer that people were
    not told of, when today's policy says no, and the second time.
    """
    recipient = terms.recipient_named(release.recipient)
    reader_key(reader)
    _checked(recipient, release.scope)
    if recipient.only_if == "acquisition" and not _announced(release):
        _refuse(recipient, "people were not told of the transfer yet", "announce it, note the day")
    by = current().actor
    with transaction.atomic(using=using):
        held = _held(release, Release.APPROVED, using)
        # The person's own subject, never that of whoever presses the button.
        with (
            purpose(held.purpose, actor=SENDER, place=f"release:{held.pk}"),
            acting_for(held.subject or None),
        ):
            bundle = seal(_lines(held, recipient, using), _about(held), reader)
        handover = HandOver.objects.using(using).create(
            recipient=recipient.id,
            purpose=held.purpose,
            way="file",
            ground=held.ground,
            categories=sorted(held.scope),
            contract=recipient.contract,
            country=recipient.where,
            rules=active().digest,
            by=by.ref,
            state=HandOver.SENT,
            rows=bundle.rows,
            digest=bundle.digest,
            next_at=timezone.now(),
            sent_at=timezone.now(),
        )
        HandedRow.objects.using(using).bulk_create(
            (HandedRow(handover=handover, subject=each, row="") for each in bundle.subjects),
            batch_size=1000,
        )
        record(handover, bundle.subjects, using)
        held.state, held.digest, held.handover = Release.MADE, bundle.digest, handover
        held.ended_by = by.ref
        held.save(using=using, update_fields=["state", "digest", "handover", "ended_by"])
    return bundle


def _lines(
    release: Release, recipient: Recipient, using: str
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for model, whose, values in records(release.scope, release.subject, using):
        yield f"{model.label}.jsonl", whose, values
    if recipient.only_if == "acquisition":
        for maker in _enclosures:
            yield from maker(using)


def _about(release: Release) -> dict[str, Any]:
    return {
        "controller": active().policy.controller.name,
        "recipient": release.recipient,
        "authority": release.authority,
        "reference": release.reference,
        "ground": release.ground,
        "categories": release.scope,
        "made_at": timezone.now().isoformat(timespec="seconds"),
    }


def _checked(recipient: Recipient, scope: Iterable[str]) -> None:
    terms.check(
        recipient.id,
        purpose=recipient.purposes[0],
        categories=scope,
        ground=recipient.only_if,
    )


def _announced(release: Release) -> bool:
    return release.announced_on is not None and release.announced_on < timezone.localdate()


def _held(release: Release, state: str, using: str) -> Release:
    """Lock the release in `state` for this transaction. Raises when it is in another."""
    rows = Release.objects.using(using).filter(pk=release.pk, state=state)
    # The update takes the row's lock on both databases; a second click waits, then finds none.
    if not rows.update(state=state):
        wanted = "approved yet" if state == Release.APPROVED else "open any more"
        _refuse(
            terms.recipient_named(release.recipient),
            f"the release is not {wanted}",
            "a second person approves it first"
            if state == Release.APPROVED
            else "open another one",
        )
    return rows.get()


def _refuse(recipient: Recipient, message: str, hint: str) -> None:
    raise DisclosureRefused(message, hint=hint, recipient=recipient.id, promises=recipient.says)
