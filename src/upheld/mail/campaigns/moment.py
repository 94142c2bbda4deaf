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

_SQL = """
SELECT m."subject" FROM "upheld_campaignmail" m
  JOIN "upheld_campaign" c ON c."id" = m."campaign_id"
 WHERE m."id" = %s AND m."state" = '{handing}' AND c."state" = '{sending}' AND c."worker" = %s
   AND {agreed}
   AND NOT EXISTS (SELECT 1 FROM "upheld_topicstate" t WHERE t."subject" = m."subject"
         AND t."purpose" = %s AND t."topic" = %s AND NOT t."granted")
   AND NOT EXISTS (SELECT 1 FROM "upheld_restriction" r WHERE r."subject" = m."subject"
         AND r."purpose" IN ('', %s))
   AND NOT EXISTS (SELECT 1 FROM "upheld_mailtrouble" x WHERE x."digest" = %s
         AND x."kind" IN ('{hard}', '{complaint}'))
"""
_YES = (
    'EXISTS (SELECT 1 FROM "upheld_consentstate" s WHERE s."subject" = m."subject"'
    ' AND s."purpose" = %s AND s."granted")'
)
_NOT_NO = (
    'NOT EXISTS (SELECT 1 FROM "upheld_consentstate" s WHERE s."subject" = m."subject"'
    ' AND s."purpose" = %s AND NOT s."granted")'
)


class LastLook:
    """Asks for one campaign and one worker."""

    def __init__(self, rule: Purpose, topic: str, worker: str, using: str) -> None:
        self._direct = Direct(using)
        agreed = _NOT_NO if rule.default == "in" else _YES
        self._sql = _SQL.format(  # words of ours, no value
            handing=CampaignMail.HANDING,
            sending=Campaign.SENDING,
            agreed=agreed,
            hard=MailTrouble.HARD,
            complaint=MailTrouble.COMPLAINT,
        )
        self._worker = worker
        self._rest = (rule.id, rule.id, topic, rule.id)
        self._lifted: frozenset[str] = frozenset()

    def lifted(self, addresses: Iterable[str]) -> None:
        """Let troubles of these addresses that are known already count no more: they were
        decided with the slice, and the person said yes after them."""
        using = self._direct.using
        known = stopped(addresses, using=using)
        self._lifted = frozenset(digest_of(address, using=using) for address in known)

    def __call__(self, mail: int, address: str) -> bool:
        """Whether the mail with this key may still go to the address of this digest."""
        trouble = "" if address in self._lifted else address
        params = (mail, self._worker, *self._rest, trouble)
        return bool(self._direct.rows(self._sql, params))
