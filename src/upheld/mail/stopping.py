"""Ending mail by its link: one list, all lists, and taking it back.

Whoever has the link may end mail and may take that very click back; nobody can be signed up
with it for something they had not agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS

from upheld import consent
from upheld.consent.wording import title_of
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.mail.links import Link
from upheld.mail.recipients import addresses_of
from upheld.policy.types import OWN, Purpose

PLACE = "unsubscribe"
STOP = "Stop these mails"
STOP_ALL = "Stop all of these mails"
UNDO = "Undo: send me these mails again"


@dataclass(frozen=True, slots=True)
class List:
    """One list as people know it."""

    purpose: str
    title: str
    topic: str = ""

    @property
    def name(self) -> str:
        """What it is called: its title, with the topic where the title does not say it."""
        return called(self.title, self.topic)


def called(title: str, topic: str) -> str:
    """Return the name of a list from its title and topic."""
    return title if topic.casefold() in title.casefold() else f"{title}: {topic}"


def list_of(link: Link) -> List | None:
    """Return the list that a link ends; None when the policy has it no more."""
    rule = active().policy.purposes.get(link.purpose)
    if rule is None or rule.id not in lists():
        return None
    return List(rule.id, title_of(rule), link.topic if link.topic in rule.topics else "")


def lists() -> dict[str, Purpose]:
    """Return every purpose that mails by choice."""
    chosen = consent.choices(active().policy)
    return {id: rule for id, rule in chosen.items() if rule.channel in ("", "mail")}


def is_gone(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the person of a link was erased: nothing is mailed, and nothing is recorded."""
    return not link.subject or not addresses_of([link.subject], using=using)


def gets(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the person gets this list now."""
    with purpose(OWN, subject=link.subject):
        return consent.allowed(link.subject, link.purpose, link.topic, using=using)


def others(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> tuple[List, ...]:
    """Return the other lists that the person gets."""
    with purpose(OWN, subject=link.subject):
        return tuple(
            List(id, title_of(rule))
            for id, rule in lists().items()
            if id != link.purpose and consent.allowed(link.subject, id, using=using)
        )


def stop(link: Link, method: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """End one list; a second click changes nothing. Counts at once, also for what waits."""
    _record(link.subject, link.purpose, link.topic, False, STOP, method, using)


def stop_all(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """End every list of mail by choice."""
    for id in lists():
        with purpose(OWN, subject=link.subject):
            gets_it = consent.allowed(link.subject, id, using=using)
        if gets_it:
            _record(link.subject, id, "", False, STOP_ALL, "link", using)


def may_undo(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the last word on this list was a click on a link like this, after a yes."""
    said = [
        each
        for each in consent.history(link.subject, link.purpose, using=using)
        if each.topic == link.topic
    ]
    if not said or said[-1].granted or said[-1].place != PLACE:
        return False
    before = [each for each in said if each.granted or each.place != PLACE]
    rule = active().policy.purposes[link.purpose]
    return before[-1].granted if before else bool(link.topic) or rule.default == "in"


def undo(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Take the last click back; False when there is none to take back."""
    if not may_undo(link, using=using):
        return False
    _record(link.subject, link.purpose, link.topic, True, UNDO, "link", using)
    return True


def _record(
    subject: str, list_id: str, topic: str, granted: bool, wording: str, method: str, using: str
) -> None:
    with purpose(OWN, subject=subject):
        consent.record(
            subject,
            list_id,
            granted,
            topic=topic,
            wording=wording,
            version=active().policy.updated.isoformat(),
            place=PLACE,
            method=method,
            using=using,
        )
