"""What the room of mail knows of a person, for their copy, and how it forgets them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from django.utils import timezone

from upheld.datamap.active import active
from upheld.mail import links
from upheld.mail.campaigns import forgetting as campaigns
from upheld.mail.models import MailTrouble, SentMail
from upheld.policy.period import Period, parse_period

DATED_BY = "message.sent"
UNSAID = Period(1, "year")
"""How long it is known what was sent, where no purpose keeps something after `message.sent`."""
_SLICE = 500


def sent_to(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> list[dict[str, Any]]:
    """Return the mails that a person was sent, the latest first: class, list, when, outcome."""
    rows = SentMail.objects.using(using).filter(subject=subject).order_by("-at", "mark")
    return [
        {
            "at": row.at.isoformat(timespec="seconds"),
            "class": row.klass,
            "kind": row.kind,
            "purpose": row.purpose,
            "topic": row.topic,
            "outcome": row.outcome,
        }
        for row in rows.iterator(chunk_size=_SLICE)
    ]


def forget(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Forget what people were sent and whose their links are, in the caller's transaction.

    What is left of an address that bounced is a keyed digest, as of every address that is
    not mailed again.
    """
    wanted = sorted(set(subjects))
    gone = 0
    for start in range(0, len(wanted), _SLICE):
        part = wanted[start : start + _SLICE]
        links.forget(part, using=using)
        gone += campaigns.forget(part, using=using)
        gone += SentMail.objects.using(using).filter(subject__in=part)._raw_delete(using)
    return gone


def forget_old(using: str) -> int:
    """Forget mails whose time is over, and soft bounces that rest; returns how many."""
    now = timezone.now()
    old = SentMail.objects.using(using).filter(at__lt=now - timedelta(days=_period().about_days))
    rested = Q(kind=MailTrouble.SOFT, until__lt=now)
    troubles = MailTrouble.objects.using(using).filter(rested)
    gone = old._raw_delete(using) + troubles._raw_delete(using)
    return int(gone + campaigns.forget_old(using))


def _period() -> Period:
    """How long mails are kept that anything is kept of, as the policy says."""
    said = [
        parse_period(rule.keep.period)
        for rule in active().policy.purposes.values()
        if rule.keep is not None and rule.keep.after == DATED_BY
    ]
    periods = [period for period in said if period is not None]
    return max(periods, key=lambda period: period.about_days, default=UNSAID)
