"""The gate: the only way in which personal data leave the house.

`queue` takes rows for a declared feed, in the caller's transaction, so that a parcel that is
rolled back is never announced; `upheld deliver` sends them afterwards. `sending` opens the
gate for a call through somebody's SDK. Both write down who is given what on which ground
before a byte leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld import journal
from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.datamap.paths import subjects_of
from upheld.disclosure import outside
from upheld.disclosure.endpoints import Endpoint, endpoint_of
from upheld.disclosure.feeds import Feed
from upheld.disclosure.models import HandedRow, HandOver
from upheld.disclosure.terms import Ground, check, recipient_named
from upheld.errors import DisclosureRefused
from upheld.policy.types import Recipient


def queue(feed: Feed, rows: Iterable[Any], *, using: str = DEFAULT_DB_ALIAS) -> HandOver:
    """Note that `rows` (instances or keys of the feed's model) go to the feed's recipient.

    Nothing is read for the recipient yet: values are read when they are sent, so what was
    erased or withdrawn in between does not go. Raises `DisclosureRefused` when the policy
    does not let the recipient have a field, or there is no row.
    """
    recipient = feed.checked()
    if recipient.minimum_group:
        raise DisclosureRefused(
            f"`{recipient.id}` gets totals of {recipient.minimum_group} people or more, no rows",
            hint="send it counts with `upheld.disclosure.totals`",
            recipient=recipient.id,
            promises=recipient.says,
        )
    if recipient.approvals:
        raise DisclosureRefused(
            f"each hand-over to `{recipient.id}` needs the yes of {recipient.approvals} people",
            hint="open a release in the console",
            recipient=recipient.id,
            promises=recipient.says,
        )
    endpoint = endpoint_of(recipient.id)
    if endpoint is None:
        raise DisclosureRefused(
            f"nobody said where `{recipient.id}` is reached",
            hint=f'give `RECIPIENTS["{recipient.id}"]` in `UPHELD`',
            recipient=recipient.id,
        )
    keys = [getattr(row, "pk", row) for row in rows]
    if not keys:
        raise DisclosureRefused(f"the feed `{feed.id}` has no row to send", recipient=recipient.id)
    with purpose(feed.purpose):
        owners = subjects_of(feed.bound, keys, using)
    with transaction.atomic(using=using):
        handover = _noted(
            recipient,
            using,
            purpose=feed.purpose,
            feed=feed.id,
            way=endpoint.way,
            fields=sorted(feed.fields),
            categories=sorted(set(feed.categories().values())),
            rows=len(keys),
            state=HandOver.QUEUED,
        )
        HandedRow.objects.using(using).bulk_create(
            HandedRow(handover=handover, subject=owners.get(key) or "", row=str(key))
            for key in keys
        )
    return handover


@contextmanager
def sending(
    recipient: str,
    *,
    purpose: str,
    categories: Iterable[str],
    subjects: Iterable[str] = (),
    ground: Ground = "",
    at: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[HandOver]:
    """Open the gate to one recipient while the block calls it through its own SDK.

    `categories` are what the call carries, `subjects` whose. `at` is the recipient's address
    where a setting of the SDK holds it; else that of `RECIPIENTS` counts. The hand-over is
    written down first; connections to that address pass in the block, to no other. Raises
    `DisclosureRefused`. Call it outside a transaction: a rollback would take the record of
    what has left along with it.
    """
    asked = tuple(dict.fromkeys(categories))
    found = check(recipient, purpose=purpose, categories=asked, ground=ground)
    people = tuple(dict.fromkeys(subjects))
    with transaction.atomic(using=using):
        handover = _noted(
            found,
            using,
            purpose=purpose,
            way="call",
            ground=ground,
            categories=sorted(asked),
            rows=len(people),
            state=HandOver.SENDING,
        )
        HandedRow.objects.using(using).bulk_create(
            HandedRow(handover=handover, subject=subject, row="") for subject in people
        )
        record(handover, people, using)
    try:
        with _way_open(recipient, at):
            yield handover
    except BaseException as error:
        # Bytes may have left before the error, so the record stays and says so.
        _close(handover, HandOver.FAILED, type(error).__name__, using)
        raise
    _close(handover, HandOver.SENT, "", using)


@contextmanager
def asking(recipient: str, *, at: str = "") -> Iterator[None]:
    """Open the gate for a call that carries nothing about anybody but what this recipient
    itself made known, e.g. its own number of a payment. Nothing is written down."""
    recipient_named(recipient)
    with _way_open(recipient, at):
        yield


def record(handover: HandOver, subjects: Iterable[str], using: str) -> None:
    """Write the hand-over into the evidence log, in the caller's transaction."""
    journal.write_now(
        journal.Event(
            "disclosure",
            purpose=handover.purpose,
            actor=current().actor,
            place=current().place or f"feed:{handover.feed}",
            request=current().request,
            categories=tuple(handover.categories),
            rows=handover.rows,
            subjects=tuple(subjects),
            decision="allow",
            details={
                "recipient": handover.recipient,
                "hand_over": handover.key,
                "ground": handover.ground or "purpose",
            },
        ),
        using=using,
    )


def _way_open(recipient: str, at: str) -> AbstractContextManager[None]:
    endpoint = Endpoint(recipient, "call", at) if at else endpoint_of(recipient)
    place = endpoint.host_and_port if endpoint else None
    return outside.opened(*place) if place else nullcontext()


def _noted(recipient: Recipient, using: str, **values: Any) -> HandOver:
    return HandOver.objects.using(using).create(
        recipient=recipient.id,
        contract=recipient.contract,
        country=recipient.where,
        rules=active().digest,
        by=current().actor.ref,
        next_at=timezone.now(),
        **values,
    )


def _close(handover: HandOver, state: str, answer: str, using: str) -> None:
    HandOver.objects.using(using).filter(pk=handover.pk).update(
        state=state, answer=answer, sent_at=timezone.now(), attempts=1
    )
