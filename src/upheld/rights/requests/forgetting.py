"""A person is erased: what their requests hold about them goes too.

Called inside the transaction of an erasure. What stays of a request is that it was made, when,
and how it ended: it leads to nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld import keyring
from upheld.guard.models import Restriction
from upheld.guard.restricting import lift
from upheld.rights.identity.documents import destroy
from upheld.rights.identity.models import IdentityCode, IdentityDocument
from upheld.rights.requests.models import RequestNote, RequestPause, RightsRequest
from upheld.rights.requests.sealed import keeper
from upheld.rights.requests.states import REVOKED, RUNNING

WORDS_DAYS = 90
"""How long what was written stays after a request is closed: time to complain about it."""


def concerned(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return those of many people of whom `forget` would find something."""
    wanted = list(subjects)
    found: set[str | None] = set()
    for rows in (RightsRequest, Restriction):
        held = rows._default_manager.using(using).filter(subject__in=wanted)
        found.update(held.values_list("subject", flat=True))
    return [subject for subject in wanted if subject in found]


def forget(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Take `subject` out of their requests and destroy what these hold; returns how many.

    Mails that wait keep a key of their own: the last one says that all is done.
    """
    rows = RightsRequest.objects.using(using).filter(subject=subject)
    ids = list(rows.values_list("pk", flat=True))
    destroy(IdentityDocument.objects.using(using).filter(request_id__in=ids), using)
    IdentityCode.objects.using(using).filter(request_id__in=ids).delete()
    RequestNote.objects.using(using).filter(request_id__in=ids).delete()
    RequestPause.objects.using(using).filter(request_id__in=ids).update(reason="")
    keyring.destroy([keeper(id) for id in ids], using=using)
    running = RightsRequest.objects.using(using).filter(pk__in=ids, state__in=RUNNING)
    # An erasure in the member centre ends what was asked before: there is nothing left to do.
    running.update(state=REVOKED, reason="erased", closed_at=timezone.now())
    RightsRequest.objects.using(using).filter(pk__in=ids).update(
        subject=None, contact="", words="", answer="", address_mark="", agent_request="",
        next_by=None, alarm_on=None, expires_at=None,
    )  # fmt: skip
    lift(subject, using=using)
    return len(ids)


def tidy(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Forget what was written in requests that are closed for long; returns how many.

    That a request was made, when, and how it ended stays with the person.
    """
    over = timezone.now() - timedelta(days=WORDS_DAYS)
    closed = RightsRequest.objects.using(using).filter(closed_at__lt=over)
    written = closed.exclude(words="", contact="", answer="", address_mark="")
    with transaction.atomic(using=using):
        ids = list(written.values_list("pk", flat=True))
        RequestNote.objects.using(using).filter(request_id__in=ids).delete()
        RequestPause.objects.using(using).filter(request_id__in=ids).update(reason="")
        keyring.destroy([keeper(id) for id in ids], using=using)
        RightsRequest.objects.using(using).filter(pk__in=ids).update(
            words="", contact="", answer="", address_mark=""
        )
    return len(ids)
