"""The last look before one mail goes: one statement, for what may have changed since the
slice was decided a moment ago.

Anything found here stops this one mail: the campaign was paused, cancelled or taken over, the
person said no to the purpose or its topic, objected or had their data restricted, or was erased
(their row is gone then).
"""

from __future__ import annotations

from upheld.guard.direct import Direct
from upheld.mail.campaigns.models import Campaign, CampaignMail
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
            handing=CampaignMail.HANDING, sending=Campaign.SENDING, agreed=agreed
        )
        self._worker = worker
        self._rest = (rule.id, rule.id, topic, rule.id)

    def __call__(self, mail: int) -> bool:
        """Whether the mail with this key may still go."""
        return bool(self._direct.rows(self._sql, (mail, self._worker, *self._rest)))
