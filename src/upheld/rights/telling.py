"""Telling people by mail that data about them were released: at once, or when the days of
silence that the release names are over.

At least once: a release counts as told when its mail was handed over, in one transaction, so
a process killed between the two writes again rather than never.
"""

from __future__ import annotations

import logging
from datetime import date

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.disclosure.models import Release
from upheld.rights.reasons import title_of
from upheld.rights.requests.letters import deliver
from upheld.rights.requests.matching import address_on_file

_log = logging.getLogger(__name__)


def tell_of_releases(*, today: date | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """Write to everybody whose release was made and who was not told yet; returns how many
    mails left. Who has no address on file sees it in the member centre."""
    day = today or timezone.localdate()
    over = Q(silent_until__isnull=True) | Q(silent_until__lt=day)
    waiting = (
        Release.objects.using(using)
        .filter(over, state=Release.MADE, told_at__isnull=True)
        .exclude(subject="")
    )
    return sum(_tell(pk, using) for pk in waiting.values_list("pk", flat=True))


def _tell(pk: int, using: str) -> bool:
    try:
        with transaction.atomic(using=using):
            rows = Release.objects.using(using).filter(pk=pk, told_at__isnull=True)
            # The update takes the row: another worker waits for it and then finds it told.
            if not rows.update(told_at=timezone.now()):
                return False
            release = Release.objects.using(using).get(pk=pk)
            if not release.subject:  # erased meanwhile
                return False
            to = address_on_file(release.subject, using)
            if "@" not in to:
                return False
            deliver(
                to,
                f"{active().policy.controller.name}: data about you were released",
                _words(release),
            )
    except Exception:  # whatever a mail server or a backend raises: it is tried again
        # Without the traceback, which could show the address.
        _log.warning("the mail about release %s could not be sent", pk)
        return False
    return True


def _words(release: Release) -> str:
    policy = active().policy
    recipient = policy.recipients.get(release.recipient)
    context = {
        "release": release,
        "recipient": (recipient.name if recipient else "") or release.recipient,
        "what": [title_of(name) for name in release.scope],
        "made_on": release.handover.sent_at if release.handover is not None else None,
        "controller": policy.controller,
        "page": f"{conf().SITE_URL}/privacy/me/given/",
    }
    return render_to_string("upheld/letters/released.txt", context).strip() + "\n"
