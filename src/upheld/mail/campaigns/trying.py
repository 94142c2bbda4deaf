"""Looking at a campaign before it goes: the preview, and a test to the author alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS

from upheld.context import current, purpose
from upheld.datamap.active import active
from upheld.datamap.references import split
from upheld.mail.campaigns import fields
from upheld.mail.campaigns.letters import LINK, letter
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.mail.sending import send
from upheld.policy.types import AUTHENTICATION

NOBODY = "Sam Sample"


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as somebody who does not exist would get it."""

    subject: str
    text: str
    html: str


def preview(campaign: Campaign) -> Preview:
    """Return the mail with made-up values; nobody's data are read for it."""
    policy = active().policy
    given = fields.values(policy, NOBODY) | {LINK: fields.values(policy)[fields.SITE_URL]}
    found = letter(campaign, policy)
    return Preview(
        fields.fill(found.subject, given),
        fields.fill(found.text, given),
        fields.fill(found.html, given, html=True),
    )


def send_test(campaign: Campaign, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Send the mail to the address of the account acting now, to no other.

    It is a service mail to staff: it says `Test` in its subject line, and its links to end
    the mails are of nobody. Raises `CampaignRefused` when nobody with an address acts.
    """
    address = _own_address(using)
    policy = active().policy
    given = fields.values(policy, NOBODY) | {LINK: fields.values(policy)[fields.SITE_URL]}
    message = letter(campaign, policy).to(address, given)
    message.subject = f"[Test] {message.subject}"
    with purpose(AUTHENTICATION):
        send(message, klass="service", subject=current().actor.ref, using=using)


def _own_address(using: str) -> str:
    kind, pk = split(current().actor.ref)
    user_model: Any = get_user_model()
    email = user_model.EMAIL_FIELD
    if kind != "member":
        raise CampaignRefused("a test goes to the address of whoever is signed in", hint="sign in")
    with purpose(AUTHENTICATION):
        found = user_model._base_manager.using(using).filter(pk=pk).values_list(email, flat=True)
        address = found.first()
    if not address:
        raise CampaignRefused("your account has no address to send a test to")
    return str(address)
