"""A person is erased, or a campaign is long over: whom it went to is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.mail.campaigns.counts import counted
from upheld.mail.campaigns.models import Campaign, CampaignMail

KEPT = timedelta(days=30)
"""How long after its end a campaign knows whom it went to."""
_SLICE = 500
_OVER = (Campaign.DONE, Campaign.CANCELLED)


@dataclass(frozen=True, slots=True)
class Mailed:
    """One mailing that a person got."""

    title: str
    purpose: str
    topic: str
    at: datetime | None


def forget(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Delete the rows of these people, in the caller's transaction; returns how many.

    The campaign keeps its totals: they are counted before, when it is over.
    """
    wanted = sorted(set(subjects))
    gone = 0
    for start in range(0, len(wanted), _SLICE):
        rows = CampaignMail.objects.using(using).filter(subject__in=wanted[start : start + _SLICE])
        over = Campaign.objects.using(using).filter(mails__in=rows, state__in=_OVER, counts={})
        for campaign in over.distinct():
            _settle(campaign, using)
        gone += rows._raw_delete(using)
    return gone


def forget_old(using: str) -> int:
    """Delete the rows of campaigns that were over for `KEPT`; returns how many."""
    gone = 0
    old = Campaign.objects.using(using).filter(
        state__in=_OVER, ended_at__lt=timezone.now() - KEPT, mails__isnull=False
    )
    for campaign in old.distinct():
        with transaction.atomic(using=using):
            _settle(campaign, using)
            gone += CampaignMail.objects.using(using).filter(campaign=campaign)._raw_delete(using)
    return gone


def mailed_to(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> list[Mailed]:
    """Return the mailings that a person got, as far as it is still known."""
    rows = CampaignMail.objects.using(using).filter(subject=subject, state=CampaignMail.SENT)
    return [
        Mailed(
            row.campaign.title, row.campaign.purpose, row.campaign.topic, row.campaign.started_at
        )
        for row in rows.select_related("campaign").order_by("-campaign__started_at", "-pk")
    ]


def _settle(campaign: Campaign, using: str) -> None:
    if not campaign.counts:
        campaign.counts = counted(campaign, using)
        campaign.save(using=using, update_fields=["counts"])
