"""The mailbox follows the tables: what is erased here is erased there.

Every message that was taken in and that no letter stands for any more is removed from the
mailbox: cases swept after their time, people erased, letters that became requests, mails that
nobody could be answered for. What was not taken in yet is never touched.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS

from upheld.cases.mailboxes import Mailbox
from upheld.cases.models import MailboxPlace
from upheld.cases.opening import opened

CHUNK = 500


def tidy(mailbox: Mailbox, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Remove what no letter stands for; return how many messages went."""
    place = MailboxPlace.objects.using(using).filter(mailbox=mailbox.id).first()
    if place is None:
        return 0
    gone = 0
    with opened(mailbox) as (client, validity):
        if validity != place.validity:
            # The server numbers anew; the next round takes everything in again first.
            return 0
        taken = [uid for uid in client.search(["UID", f"1:{place.uid}"]) if uid <= place.uid]
        for start in range(0, len(taken), CHUNK):
            part = taken[start : start + CHUNK]
            places = {f"{validity}:{uid}": uid for uid in part}
            with mailbox.at_work():
                known = set(
                    mailbox.letter.objects.using(using)
                    .filter(place__in=list(places))
                    .values_list("place", flat=True)
                )
            over = [uid for where, uid in places.items() if where not in known]
            if over:
                client.delete_messages(over)
                client.expunge(over)
                gone += len(over)
    return gone
