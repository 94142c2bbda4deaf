"""Sending: decided, made, noted, handed over; one mail or many.

A mail is noted as `leaving` before it goes, so that a bounce always finds it, and as `sent`
or `failed` after. Killed in between, it stays `leaving`: it may have left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld import journal
from upheld.mail import composing, deciding, links, troubles
from upheld.mail.carrying import transport
from upheld.mail.facts import Facts, agreeing, facts_of
from upheld.mail.models import SentMail
from upheld.mail.prepared import Prepared
from upheld.mail.recipients import subject_of
from upheld.policy.mailkinds import CHOSEN, kind_of

_SLICE = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that left; `mark` finds it in the table of what was sent."""

    mark: str
    message_id: str


def send(
    message: EmailMessage,
    *,
    klass: str,
    subject: str | None,
    purpose: str = "",
    topic: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> Sent:
    """Send one mail of class `klass` to its person (`subject`, `kind:value`).

    None as the subject is for contract and service mail to somebody who is not known yet.
    Raises `MailError` when the mail may not go: nothing was sent then. Raises what the
    transport raises (`OSError` and its kin) when it could not be handed over.
    """
    mail = prepare(message, klass=klass, subject=subject, purpose=purpose, topic=topic, using=using)
    note([mail], using=using)
    try:
        with transport() as way:
            way.hand(mail)
    except BaseException:
        settle([mail], SentMail.FAILED, using=using)
        raise
    settle([mail], SentMail.SENT, using=using)
    return Sent(mail.record.mark, mail.composed.extra_headers["Message-ID"])


def prepare(
    message: EmailMessage,
    *,
    klass: str,
    subject: str | None,
    purpose: str = "",
    topic: str = "",
    decided: bool = False,
    facts: Facts | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Prepared:
    """Decide one mail and return its finished bytes. Raises `MailError`.

    `facts` are what `facts_of` has just said of the person; `decided` = the caller has just
    asked `refused` about them. With either, nothing is asked of the database again.
    """
    rule = deciding.class_of(klass)
    deciding.check_choice(rule, subject, purpose)
    to = deciding.recipient(message, rule)
    by_choice = kind_of(rule) in CHOSEN
    purpose = purpose if by_choice else ""
    topic = topic if by_choice else ""
    if subject is None and not by_choice:
        # To record whom it went to; somebody who is not known yet stays unknown.
        subject = subject_of(to, using=using) or None
    if subject is None or facts is not None:
        pass
    elif decided:
        facts = _taken_as_decided(subject, to, purpose, topic, using)
    else:
        facts = facts_of([subject], rule, purpose=purpose, topic=topic, using=using)[subject]
    deciding.decide(rule, to, subject, purpose, topic, facts)
    return composing.compose(
        message,
        rule,
        to=to,
        subject=subject or "",
        purpose=purpose,
        topic=topic,
        facts=facts,
        using=using,
    )


def refused(
    people: Mapping[str, str],
    *,
    klass: str,
    purpose: str,
    topic: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> dict[str, str]:
    """Return who of many people (subject -> address) may not be mailed now, with why.

    Reasons: `consent`, `erasure`, `bounce`, `complaint`, `address`. A handful of statements
    for each 500; the links of the others are made to work on the way. Raises `MailError` when
    the class, the purpose or the topic cannot be mailed at all.
    """
    rule = deciding.class_of(klass)
    deciding.check_choice(rule, next(iter(people), None) or "-", purpose)
    agreed = agreeing(people, rule, purpose, topic, using)
    stopped = troubles.stopped(people.values(), using=using)
    why = {who: "consent" for who in people if who not in agreed}
    for who, address in people.items():
        stop = stopped.get(address)
        if not address:
            why.setdefault(who, "address")
        elif stop is not None and not troubles.lifted(stop, who, purpose, using=using):
            why.setdefault(who, stop.why)
    links.ready(_links_of((w for w in people if w not in why), purpose, topic), using=using)
    return why


def note(mails: Iterable[Prepared], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Note mails that are about to leave: a statement for each 500, and one event a class."""
    now = timezone.now()
    records = [mail.record for mail in mails]
    SentMail.objects.using(using).bulk_create(
        [
            SentMail(
                mark=each.mark,
                subject=each.subject,
                klass=each.klass,
                kind=each.kind,
                purpose=each.purpose,
                topic=each.topic,
                to=each.to,
                at=now,
                outcome=SentMail.LEAVING,
            )
            for each in records
        ],
        batch_size=_SLICE,
    )
    lists: dict[tuple[str, str, str], list[str]] = {}
    for each in records:
        lists.setdefault((each.klass, each.purpose, each.topic), []).append(each.subject)
    for (klass, purpose, topic), people in lists.items():
        journal.note(
            journal.here(
                "mail",
                rows=len(people),
                subjects=tuple(dict.fromkeys(filter(None, people))),
                decision="sent",
                details={"class": klass, "for": purpose, "topic": topic},
            )
        )


def settle(mails: Iterable[Prepared], outcome: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Note how mails went: `sent` or `failed`."""
    marks = [mail.record.mark for mail in mails]
    for start in range(0, len(marks), _SLICE):
        rows = SentMail.objects.using(using).filter(pk__in=marks[start : start + _SLICE])
        # What has bounced or been complained about meanwhile stays so.
        rows.filter(outcome=SentMail.LEAVING).update(outcome=outcome)


def _taken_as_decided(subject: str, address: str, purpose: str, topic: str, using: str) -> Facts:
    stop, choices = _urls(subject, purpose, topic, using)
    return Facts(address, unsubscribe=stop, choices=choices)


def _urls(subject: str, purpose: str, topic: str, using: str) -> tuple[str, str]:
    stop = links.Link(subject, purpose, topic)
    whole = links.urls([stop, links.Link(subject)], using=using)
    return whole.get(stop, "") if purpose else "", whole.get(links.Link(subject), "")


def _links_of(people: Iterable[str], purpose: str, topic: str) -> list[links.Link]:
    return [link for who in people for link in (links.Link(who, purpose, topic), links.Link(who))]
