"""Closing a case, and the day on which it goes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from upheld.cases.mailboxes import Mailbox
from upheld.errors import RightsError


def close(mailbox: Mailbox, case: Any, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Close a case under the mailbox's purpose. Raises `RightsError` when it is closed."""
    rows = mailbox.case.objects.using(using).filter(pk=case.pk).exclude(state=case.CLOSED)
    if not rows.update(state=case.CLOSED, closed_at=timezone.now()):
        raise RightsError("the case is closed already", hint="it opens again when they write")


def erased_on(mailbox: Mailbox, case: Any) -> date | None:
    """The day on which the case is erased; None while it is open, or is kept for good."""
    kept = mailbox.kept()
    if kept is None or case.closed_at is None:
        return None
    return kept.after(timezone.localdate(case.closed_at))
