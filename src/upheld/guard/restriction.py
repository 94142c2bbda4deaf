"""Whose data a purpose may not use for now: a right to restriction, or an objection.

Rows of such a person are as if they were not there, for every purpose of the site but those
that exist for the person or for a duty: Upheld's own four (`own`, `authentication`, `rights`,
`upkeep`), and purposes that rest on a legal obligation or a vital interest.

Whether anybody is restricted at all is asked of the database again after
`KEY_CACHE_SECONDS`, and at once in the process that restricted somebody. While nobody is, a
query costs nothing more.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.signals import setting_changed
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from upheld.conf import conf
from upheld.context import Context
from upheld.datamap.bound import BoundModel
from upheld.datamap.paths import subject_expression
from upheld.guard.models import Restriction
from upheld.policy.types import ENGINE_PURPOSES, Policy

Fragment = tuple[str, tuple[Any, ...]]
DUTIES = ("legal_obligation", "vital_interest")

_known: dict[str, tuple[float, bool]] = {}
"""Database -> (until when it holds, whether anybody is restricted)."""


def restrict(
    subject: str, *, purpose: str = "", ground: str, using: str = DEFAULT_DB_ALIAS
) -> bool:
    """From the commit on `purpose` may not use the data of `subject`; empty = none may.

    Returns False when it was so already.
    """
    _, new = Restriction.objects.using(using).get_or_create(
        subject=subject,
        purpose=purpose,
        defaults={"since": timezone.now(), "ground": ground[:200]},
    )
    _forget(using)
    return new


def lift(subject: str, *, purpose: str | None = None, using: str = DEFAULT_DB_ALIAS) -> int:
    """End the restriction for `purpose`; None = all of the person's. Returns how many."""
    rows = Restriction.objects.using(using).filter(subject=subject)
    if purpose is not None:
        rows = rows.filter(purpose=purpose)
    ended, _ = rows.delete()
    _forget(using)
    return ended


def restrictions(subject: str, using: str = DEFAULT_DB_ALIAS) -> dict[str, Restriction]:
    """Return purpose -> restriction of `subject`; the purpose "" stands for all."""
    rows = Restriction.objects.using(using).filter(subject=subject)
    return {row.purpose: row for row in rows}


def is_exempt(policy: Policy, purpose: str | None) -> bool:
    """True for a purpose that a restriction does not touch."""
    rule = policy.purposes.get(purpose or "")
    return rule is None or rule.id in ENGINE_PURPOSES or rule.basis in DUTIES


def unrestricted(
    policy: Policy,
    context: Context,
    model: BoundModel,
    alias: str,
    connection: BaseDatabaseWrapper,
) -> Fragment | None:
    """The condition for rows that no restriction covers; None = nothing to add."""
    if not model.paths or not _any(connection.alias) or is_exempt(policy, context.purpose):
        return None
    whose = subject_expression(model, alias, connection)
    return (
        f'NOT EXISTS (SELECT 1 FROM "upheld_restriction" "_r" '  # noqa: S608 - bound names only
        f'WHERE "_r"."subject" = {whose} AND "_r"."purpose" IN (\'\', %s))',
        (context.purpose or "",),
    )


def _any(using: str) -> bool:
    now = time.monotonic()
    known = _known.get(using)
    if known is None or known[0] < now:
        known = (now + conf().KEY_CACHE_SECONDS, _look(using))
        _known[using] = known
    return known[1]


def _look(using: str) -> bool:
    connection: Any = connections[using]
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute('SELECT 1 FROM "upheld_restriction" LIMIT 1')
        return cursor.fetchone() is not None


def _forget(using: str) -> None:
    """Look again: now for this transaction, and once more when it has ended."""
    _known.pop(using, None)
    transaction.on_commit(lambda: _known.pop(using, None), using=using)


def _forget_all(*, setting: str, **_: Any) -> None:
    if setting == "UPHELD":
        _known.clear()


setting_changed.connect(_forget_all)
