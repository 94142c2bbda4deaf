"""One person's mail of a campaign: the same for everybody but for the fields of the text.

The text is rendered once for a campaign and remembered; only fields are put in for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from upheld.conf import conf
from upheld.mail.campaigns import body, fields
from upheld.mail.campaigns.models import Campaign
from upheld.policy.types import Policy

LINK = "survey_link"
"""The one field that a person's own link stands for; only invitations have it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A campaign's text in both parts, fields still in it."""

    subject: str
    text: str
    html: str
    sender: str

    def to(
        self, address: str, given: Mapping[str, str], *, message_id: str = ""
    ) -> EmailMultiAlternatives:
        """Return the mail to one person."""
        message = EmailMultiAlternatives(
            subject=fields.fill(self.subject, given),
            body=fields.fill(self.text, given),
            from_email=self.sender,
            to=[address],
            headers={"Message-ID": message_id} if message_id else {},
        )
        message.attach_alternative(fields.fill(self.html, given, html=True), "text/html")
        return message


def letter(campaign: Campaign, policy: Policy) -> Letter:
    """Return the text of a campaign with the frame that its class asks for."""
    found = policy.recipients.get(campaign.advertiser)
    partner = (found.name or found.id.replace("_", " ")) if found is not None else ""
    return _letter(
        campaign.subject_line,
        campaign.body,
        campaign.form,
        partner,
        policy.controller.name,
        bool(campaign.survey),
        conf().SITE_URL,
    )


def message_id(campaign: Campaign, address: str) -> str:
    """The Message-ID of the mail with this digest of an address: always the same one, and
    nothing in it tells whose it is."""
    mark = sha256(f"{campaign.key}:{address}".encode()).hexdigest()[:24]
    host = urlsplit(conf().SITE_URL).hostname or "localhost"
    return f"<{campaign.key}.{mark}@{host}>"


@lru_cache(maxsize=32)
def _letter(
    subject: str, text: str, form: str, partner: str, site: str, survey: bool, url: str
) -> Letter:
    written = body.written(text, form)
    frame = {
        "html": written.html,
        "text": written.text,
        "partner": partner,
        "site": site,
        "site_url": url,
        "survey": f"{{{LINK}}}" if survey else "",
        "subject": subject,
    }
    return Letter(
        subject,
        render_to_string("upheld/mails/campaign.txt", frame).strip() + "\n",
        render_to_string("upheld/mails/campaign.html", frame),
        str(settings.DEFAULT_FROM_EMAIL),
    )
