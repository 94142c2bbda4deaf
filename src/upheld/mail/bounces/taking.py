"""What follows from a returned mail. Anything that is not surely about a mail of ours changes
nothing."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld import consent
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.mail import troubles
from upheld.mail.bounces.reading import Returned, read
from upheld.mail.models import MailTrouble, SentMail
from upheld.mail.recipients import MAILER
from upheld.mail.stopping import lists
from upheld.policy.mailkinds import CHOSEN
from upheld.policy.types import OWN

PLACE = "mail.bounces"
COMPLAINED = "Called a mail spam"
OUTCOMES = {
    "hard": SentMail.BOUNCED,
    "soft": SentMail.DELAYED,
    "complaint": SentMail.COMPLAINED,
}


def take(raw: bytes, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Take in one returned mail; returns what it was: `hard`, `soft`, `complaint`,
    `delivered`, `other`, or `foreign` (about no mail of ours: forged, old or lost).

    Twice the same changes nothing the second time.
    """
    found = read(raw)
    if not found.mark:
        return "foreign"
    with transaction.atomic(using=using):
        rows = SentMail.objects.using(using).select_for_update()
        sent = rows.filter(pk=found.mark).first()
        if sent is None:
            return "foreign"
        if found.what in OUTCOMES and sent.outcome != OUTCOMES[found.what]:
            _follow(sent, found, using)
    return found.what


def _follow(sent: SentMail, found: Returned, using: str) -> None:
    if sent.outcome in (SentMail.BOUNCED, SentMail.COMPLAINED) and found.what == "soft":
        return  # what is known already is worse
    kind = {
        "hard": MailTrouble.HARD,
        "soft": MailTrouble.SOFT,
        "complaint": MailTrouble.COMPLAINT,
    }[found.what]
    troubles.note(sent.to, kind, using=using)
    sent.outcome = OUTCOMES[found.what]
    sent.save(using=using, update_fields=["outcome"])
    if found.what == "complaint" and sent.kind in CHOSEN and sent.subject:
        _withdraw(sent, using)


def _withdraw(sent: SentMail, using: str) -> None:
    """Who calls a mail spam does not want it: the answer stands in their choices too."""
    if sent.purpose not in lists():
        return
    with purpose(OWN, actor=MAILER, subject=sent.subject, place=PLACE):
        consent.record(
            sent.subject,
            sent.purpose,
            False,
            wording=COMPLAINED,
            version=active().policy.updated.isoformat(),
            place=PLACE,
            method="complaint",
            using=using,
        )
