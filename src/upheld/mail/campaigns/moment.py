"""The last look before one mail goes: one statement, for what may have changed since the
slice was decided a moment ago.

Anything found here stops this one mail: the campaign was paused, cancelled or taken over, the
person said no to the purpose or its topic, objected or had their data restricted, was erased
(their row is gone then), or a mail to them came back or was called spam.
"""

from __future__ import annotations

from collections.abc import Iterable

from upheld.guard.direct import Direct
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.models import MailTrouble
from upheld.mail.troubles import digest_of, stopped
from upheld.policy.types import Purpose

# The person is a parameter in each part, never a column of another: planners turn the latter
# into joins over whole tables.
_SQL = """
SELECT 1 FROM "upheld_campaignmail" m WHERE m."id" = %s AND m."state" = '{handing}'
   AND EXISTS (SELECT 1 FROM "upheld_campaign" c
         WHERE c."id" = %s AND c."state" = '{sending}' AND c."worker" = %s)
   AND {agreed} EXISTS (SELECT 1 FROM "upheld_consentstate" s
         WHERE s."subject" = %s AND s."purpose" = %s AND {granted} s."granted")
   AND NOT EXISTS (SELECT 1 FROM "upheld_topicstate" t
         WHERE t."subject" = %s AND t."purpose" = %s AND t."topic" = %s AND NOT t."granted")
   AND NOT EXISTS (SELECT 1 FROM "upheld_restriction" r
         WHERE r."subject" = %s AND r."purpose" IN ('', %s))
   AND NOT EXISTS (SELECT 1 FROM "upheld_mailtrouble" x
         WHERE x."digest" = %s AND x."kind" IN ('{hard}', '{complaint}'))
"""


class LastLook:
    """Asks for one campaign and one worker."""

    def __init__(self, campaign: Campaign, rule: Purpose, worker: str, using: str) -> None:
        self._direct = Direct(using)
        included = rule.default == "in"  # a yes is not needed, a no stops it
        self._sql = _SQL.format(  # words of ours, no value
            handing=CampaignMail.HANDING,
            sending=Campaign.SENDING,
            agreed="NOT" if included else "",
            granted="NOT" if included else "",
            hard=MailTrouble.HARD,
            complaint=MailTrouble.COMPLAINT,
        )
        self._campaign, self._worker = campaign.pk, worker
        self._purpose, self._topic = rule.id, campaign.topic
        self._lifted: frozenset[str] = frozenset()

    def lifted(self, addresses: Iterable[str]) -> None:
        """Let troubles of these addresses that are known already count no more: they were
        decided with the slice, and the person said yes after them."""
        using = self._direct.using
        known = stopped(addresses, using=using)
        self._lifted = frozenset(digest_of(address, using=using) for address in known)

    def __call__(self, mail: int, subject: str, address: str) -> bool:
        """Whether the mail with this key may still go to this person, at the address of this
        digest."""
        trouble = "" if address in self._lifted else address
        params = (
            *(mail, self._campaign, self._worker),
            *(subject, self._purpose),
            *(subject, self._purpose, self._topic),
            *(subject, self._purpose),
            trouble,
        )
        return bool(self._direct.rows(self._sql, params))
