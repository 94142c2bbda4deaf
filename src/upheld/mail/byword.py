"""Ending mail by word: somebody writes, calls or comes by, and staff end it for them.

Nobody has to prove who they are to get less mail: the worst that a stranger can do with it is
to spare somebody an advertisement, which a yes of theirs brings back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld import consent
from upheld.context import Actor, current, purpose
from upheld.datamap.active import active
from upheld.mail import troubles
from upheld.mail.models import MailTrouble
from upheld.mail.stopping import lists
from upheld.policy.types import OWN

PLACE = "privacy desk"
CHANNELS = {"phone": "by phone", "mail": "by e-mail", "letter": "by letter", "visit": "in person"}


def stop_by_word(
    address: str,
    subjects: Iterable[str],
    *,
    channel: str,
    day: date,
    only: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """End mail by choice for whoever is known by `address`; returns how many answers changed.

    `only` = one list by its purpose, empty = all, and then the address itself is mailed no
    more either, whether anybody is known by it or not. `channel` is one of `CHANNELS`, `day`
    when they asked; both stand in the ledger's words, with the actor in force.
    """
    changed = 0
    wanted = [only] if only else list(lists())
    wording = f"Asked {CHANNELS[channel]} on {day.isoformat()} to get no more of these mails"
    staff = current().actor
    with transaction.atomic(using=using):
        for subject in subjects:
            for id in wanted:
                changed += _end(subject, id, wording, channel, staff, using)
        if not only:
            digest = troubles.digest_of(address, using=using)
            troubles.note(digest, MailTrouble.ASKED, using=using)
    return changed


def _end(subject: str, list_id: str, wording: str, channel: str, staff: Actor, using: str) -> bool:
    # Under `own`, the purpose of a person's choices; the actor stays who took the call.
    with purpose(OWN, actor=staff, subject=subject):
        return consent.record(
            subject,
            list_id,
            False,
            wording=wording,
            version=active().policy.updated.isoformat(),
            place=PLACE,
            method=f"staff-{channel}",
            using=using,
        ).changed
