"""Numbers of a campaign: how far it is, how it ended, and what a partner may be told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count

from upheld.datamap.active import active
from upheld.errors import DisclosureRefused
from upheld.mail.campaigns.audience import Audience, working
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.campaigns.refusals import CampaignRefused

SMALL = 5
"""Fewer people than this are shown to staff as `fewer than 5`: a segment is no way to ask
what one person likes."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far a campaign is. `left` counts who is noted and waits; while `walked` is False
    there may be more. `unsure` may or may not have arrived and is not sent again."""

    key: str
    title: str
    state: str
    sent: int
    left: int
    skipped: int
    refused: int
    unsure: int
    walked: bool
    because: str
    reasons: dict[str, int]


def status(campaign: Campaign) -> Status:
    """Count as it stands now."""
    using = campaign._state.db or DEFAULT_DB_ALIAS
    campaign.refresh_from_db(using=using)
    found = campaign.counts or counted(campaign, using)

    def of(*states: str) -> int:
        return sum(mails for name, mails in found.items() if name.partition(" ")[0] in states)

    reasons: dict[str, int] = {}
    for name, mails in found.items():
        reason = name.partition(" ")[2]
        if reason:
            reasons[reason] = reasons.get(reason, 0) + mails
    return Status(
        campaign.key,
        campaign.title,
        campaign.state,
        sent=of(CampaignMail.SENT),
        left=of(CampaignMail.QUEUED, CampaignMail.HANDING),
        skipped=of(CampaignMail.SKIPPED),
        refused=of(CampaignMail.REFUSED),
        unsure=of(CampaignMail.UNSURE),
        walked=campaign.walked,
        because=campaign.because,
        reasons=reasons,
    )


def counted(campaign: Campaign, using: str) -> dict[str, int]:
    """Return `state` or `state reason` -> mails."""
    rows = CampaignMail.objects.using(using).filter(campaign=campaign)
    found = rows.order_by().values_list("state", "reason").annotate(Count("pk"))
    return {f"{state} {reason}".strip(): mails for state, reason, mails in found}


def reach(campaign: Campaign) -> str:
    """Return in words how many people the rule fits now, small numbers hidden."""
    now = active()
    using = campaign._state.db or DEFAULT_DB_ALIAS
    with working(campaign):
        people = Audience(campaign, now, using).count()
    return f"fewer than {SMALL}" if 0 < people < SMALL else f"{people:,}"


def for_partner(campaign: Campaign) -> dict[str, object]:
    """Return what the partner of a campaign may be told: one total, when it is not below the
    floor of the policy's recipient; nothing of who, when or where.

    Raises `CampaignRefused` for a campaign that has no partner or is not over,
    `DisclosureRefused` for a total below the floor.
    """
    partner = active().policy.recipients.get(campaign.advertiser)
    if partner is None or not partner.minimum_group:
        raise CampaignRefused(f"campaign `{campaign.key}` has no partner who gets totals")
    if campaign.state != Campaign.DONE:
        raise CampaignRefused(
            f"campaign `{campaign.key}` is {campaign.state}",
            hint="totals are given once, when it is over",
        )
    sent = status(campaign).sent
    if sent < partner.minimum_group:
        raise DisclosureRefused(
            f"`{partner.id}` gets totals of {partner.minimum_group} people or more",
            hint="tell it that the campaign is over, and no number",
            recipient=partner.id,
            promises=partner.says,
        )
    return {"campaign": campaign.title, "mails": sent}
