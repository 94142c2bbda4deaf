"""What a campaign is refused with: what is wrong and what to do next."""

from __future__ import annotations

from upheld.errors import MailError


class CampaignRefused(MailError):
    """A campaign may not be made, changed or sent like this; nothing was sent.

    `field` names the part of the campaign that is at fault, empty when it is none.
    """

    code = "mail.campaign"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint, reason="campaign", field=field)
        self.field = field


class Busy(CampaignRefused):
    """Another worker is sending this campaign."""

    code = "mail.campaign.busy"
