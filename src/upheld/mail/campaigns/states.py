"""What may be done with a campaign, and when. Every step is one compare-and-swap, so two
clicks, or two people at once, do it once.

    draft -> sending <-> paused -> done
       \\________\\________\\___-> cancelled

Only a draft may be changed. What is under way, or over, gets a new version instead.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.context import current
from upheld.datamap.active import active
from upheld.mail.campaigns import rules
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import CampaignRefused

EDITABLE = (
    "title", "klass", "purpose", "topic", "advertiser", "survey", "subject_line", "body", "form",
    "segment",
)  # fmt: skip
_UNDER_WAY = (Campaign.SENDING, Campaign.PAUSED)


def make(*, using: str = DEFAULT_DB_ALIAS, edition: str | None = None, **given: Any) -> Campaign:
    """Make a draft. `given` are the parts named in `EDITABLE`. Raises `CampaignRefused`."""
    key = secrets.token_hex(10)
    campaign = Campaign(
        key=key,
        family=key,
        edition=edition,
        made_by=current().actor.ref,
        made_at=timezone.now(),
        **_known(given),
    )
    _check(campaign)
    campaign.save(using=using, force_insert=True)
    return campaign


def edit(campaign: Campaign, **given: Any) -> None:
    """Change a draft; whoever agreed to the old text has to agree again."""
    for name, value in _known(given).items():
        setattr(campaign, name, value)
    _check(campaign)
    changed = {name: getattr(campaign, name) for name in EDITABLE} | {"approved_by": []}
    if not _rows(campaign, Campaign.DRAFT).update(**changed):
        raise CampaignRefused(
            f"campaign `{campaign.key}` is {_state(campaign)}, its text does not change any more",
            hint="make a new version of it",
        )
    campaign.approved_by = []


def new_version(campaign: Campaign) -> Campaign:
    """Return a new draft with the same text. Who got an earlier version gets none of it."""
    using = campaign._state.db
    with transaction.atomic(using=using):
        family = Campaign.objects.using(using).select_for_update().filter(family=campaign.family)
        latest = max(family.values_list("version", flat=True))
        copy = Campaign(
            key=secrets.token_hex(10),
            family=campaign.family,
            version=latest + 1,
            made_by=current().actor.ref,
            made_at=timezone.now(),
            **{name: getattr(campaign, name) for name in EDITABLE},
        )
        copy.save(using=using, force_insert=True)
    return copy


def approve(campaign: Campaign) -> None:
    """Agree to the text as it stands. Raises `CampaignRefused` for its author and for a
    second yes of the same person."""
    _check(campaign)
    by = current().actor.ref
    using = campaign._state.db
    with transaction.atomic(using=using):
        row = Campaign.objects.using(using).select_for_update().get(pk=campaign.pk)
        if row.state != Campaign.DRAFT:
            raise CampaignRefused(f"campaign `{row.key}` is {row.state} already")
        if by == row.made_by or by in row.approved_by:
            raise CampaignRefused(
                "who wrote a campaign, or agreed already, does not agree to it",
                hint="ask a colleague",
            )
        if (row.body, row.subject_line, row.segment) != (
            campaign.body,
            campaign.subject_line,
            campaign.segment,
        ):
            raise CampaignRefused("the text changed meanwhile", hint="read it again")
        row.approved_by = [*row.approved_by, by]
        row.save(using=using, update_fields=["approved_by"])
    campaign.approved_by = row.approved_by


def start(campaign: Campaign) -> None:
    """Let the sending begin; `manage.py upheld campaigns --send` does it. Starting one that
    was started changes nothing."""
    _check(campaign)
    needed = rules.approvals_needed(campaign, active().policy)
    fresh = Campaign.objects.using(campaign._state.db).get(pk=campaign.pk)
    if len(fresh.approved_by) < needed and fresh.state == Campaign.DRAFT:
        raise CampaignRefused(
            f"{needed - len(fresh.approved_by)} more must agree before it is sent",
            hint="a colleague with the same post agrees on its page",
        )
    _to(campaign, Campaign.SENDING, (Campaign.DRAFT,), "be started", started_at=timezone.now())


def pause(campaign: Campaign) -> None:
    """Stop before the next mail; `resume` goes on."""
    _to(campaign, Campaign.PAUSED, (Campaign.SENDING,), "be paused")


def resume(campaign: Campaign) -> None:
    """Go on where it was paused."""
    _check(campaign)
    _to(campaign, Campaign.SENDING, (Campaign.PAUSED,), "be resumed", because="")


def cancel(campaign: Campaign) -> None:
    """Stop for good; what was sent was sent."""
    from_states = (Campaign.DRAFT, *_UNDER_WAY)
    _to(campaign, Campaign.CANCELLED, from_states, "be cancelled", ended_at=timezone.now())


def _to(campaign: Campaign, state: str, before: tuple[str, ...], what: str, **more: Any) -> None:
    if not _rows(campaign, *before).update(state=state, **more):
        now = _state(campaign)
        if now == state:
            return  # a second click
        raise CampaignRefused(f"campaign `{campaign.key}` is {now} and cannot {what}")
    campaign.state = state


def _rows(campaign: Campaign, *states: str) -> Any:
    rows = Campaign.objects.using(campaign._state.db)
    return rows.filter(pk=campaign.pk, state__in=states)


def _state(campaign: Campaign) -> str:
    rows = Campaign.objects.using(campaign._state.db)
    return rows.values_list("state", flat=True).get(pk=campaign.pk)


def _known(given: dict[str, Any]) -> dict[str, Any]:
    unknown = set(given) - set(EDITABLE)
    if unknown:
        raise CampaignRefused(f"a campaign has no `{min(unknown)}`")
    return given


def _check(campaign: Campaign) -> None:
    rules.check_actor(current().actor, rules.check(campaign, active()))
