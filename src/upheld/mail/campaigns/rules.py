"""Whether the policy in force lets a campaign be sent as it is. Asked when it is made, when
it starts, and again with every slice, so that a topic taken out meanwhile stops it."""

from __future__ import annotations

from upheld.context import Actor
from upheld.datamap.active import Active
from upheld.mail.campaigns import body, segments
from upheld.mail.campaigns.fields import may_read
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.policy.findings import did_you_mean
from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.types import MailRule, Policy, Purpose, Recipient

ADDRESS = "contact.email"


def purposes(policy: Policy) -> dict[str, Purpose]:
    """Return the purposes that people are mailed for by their own choice: those that leave
    one, go by mail, may read addresses and are limited to whoever agreed."""
    return {
        id: rule
        for id, rule in policy.purposes.items()
        if rule.channel == "mail"
        and rule.may.rows == "consented"
        and (rule.basis == "consent" or rule.default)
        and may_read(rule, ADDRESS)
    }


def classes(policy: Policy) -> dict[str, MailRule]:
    """Return the policy's classes of mail that campaigns and surveys may be of."""
    return {id: rule for id, rule in policy.mail.items() if kind_of(rule) in CHOSEN}


def advertisers(policy: Policy) -> dict[str, Recipient]:
    """Return who besides the site may be advertised for: recipients of the policy for a purpose
    that people are mailed for, who are bound by its own notice (affiliates) or get nothing but
    totals (partners)."""
    mailed = purposes(policy)
    return {
        id: found
        for id, found in policy.recipients.items()
        if (found.same_notice or found.minimum_group > 0)
        and not mailed.keys().isdisjoint(found.purposes)
    }


def check(campaign: Campaign, now: Active) -> Purpose:
    """Return the campaign's purpose. Raises `CampaignRefused` for the first thing that the
    policy in force does not allow."""
    policy = now.policy
    found = purposes(policy).get(campaign.purpose)
    if found is None:
        raise CampaignRefused(
            f"nobody is mailed for the purpose `{campaign.purpose}`",
            hint=did_you_mean(campaign.purpose, purposes(policy)) or "choose another purpose",
            field="purpose",
        )
    _check_class(campaign, policy)
    if found.topics and campaign.topic not in found.topics:
        listed = ", ".join(f"`{topic}`" for topic in found.topics)
        raise CampaignRefused(
            f"`{found.id}` has no topic `{campaign.topic}`",
            hint=f"people agreed to {listed}",
            field="topic",
        )
    if campaign.topic and not found.topics:
        raise CampaignRefused(
            f"`{found.id}` has no topics", hint="leave the topic empty", field="topic"
        )
    segments.check(segments.parsed(campaign.segment), policy, now.datamap, found.id)
    body.check(campaign, found)
    return found


def _check_class(campaign: Campaign, policy: Policy) -> None:
    rule = classes(policy).get(campaign.klass)
    if rule is None:
        listed = ", ".join(f"`{id}`" for id in classes(policy)) or "none"
        raise CampaignRefused(
            f"`{campaign.klass}` is no class of mail for campaigns",
            hint=f"the policy's own: {listed}",
            field="klass",
        )
    kind = kind_of(rule)
    if (kind == "survey") != bool(campaign.survey):
        raise CampaignRefused(
            f"class `{campaign.klass}` and what is sent do not fit",
            hint="invitations to a survey are of a survey class, and nothing else is",
            field="klass",
        )
    if campaign.advertiser and campaign.advertiser not in advertisers(policy):
        raise CampaignRefused(
            f"`{campaign.advertiser}` is nobody whom the policy lets us advertise for",
            hint=did_you_mean(campaign.advertiser, advertisers(policy))
            or "name an affiliate or partner under `recipients` first",
            field="advertiser",
        )
    if (
        campaign.advertiser
        and campaign.purpose not in policy.recipients[campaign.advertiser].purposes
    ):
        raise CampaignRefused(
            f"people who agreed to `{campaign.purpose}` did not agree to offers of"
            f" `{campaign.advertiser}`",
            hint="choose another purpose or another advertiser",
            field="advertiser",
        )
    partner = bool(campaign.advertiser) and not policy.recipients[campaign.advertiser].same_notice
    if partner != (kind == "partner"):
        raise CampaignRefused(
            f"class `{campaign.klass}` and the advertiser do not fit",
            hint="what is for a partner is of a partner class, and nothing else is",
            field="advertiser",
        )


def approvals_needed(campaign: Campaign, policy: Policy) -> int:
    """How many of the staff besides the author must agree before the first mail goes."""
    rule = policy.mail.get(campaign.klass)
    return rule.approvals if rule is not None else 0


def check_actor(actor: Actor, rule: Purpose) -> None:
    """Raise `CampaignRefused` unless `actor` is the system or holds a post of the purpose."""
    if actor.kind == "system" or not actor.posts.isdisjoint(rule.posts):
        return
    raise CampaignRefused(
        f"`{rule.id}` is not your post's work",
        hint="ask somebody who holds " + (" or ".join(f"`{p}`" for p in rule.posts) or "a post"),
        field="purpose",
    )
