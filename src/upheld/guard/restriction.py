"""Whose data a purpose may not use for now: a right to restriction, or an objection.

Rows of such a person are as if they were not there, for every purpose of the site but those
that exist for the person or for a duty: Upheld's own four (`own`, `authentication`, `rights`,
`upkeep`), and purposes that rest on a legal obligation or a vital interest.

Whether anybody is restricted at all is asked of the database again after
`KEY_CACHE_SECONDS`, and at once in the process that restricted somebody. While nobody is, a
query costs nothing more. No model is loaded here: backends are, before the apps.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from django.core.signals import setting_changed
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from upheld.conf import conf
from upheld.context import Context
from upheld.datamap.bound import BoundModel
from upheld.datamap.paths import subject_expression
from upheld.policy.types import DUTIES, ENGINE_PURPOSES, Policy

Fragment = tuple[str, tuple[Any, ...]]

_known: dict[str, tuple[float, bool]] = {}
"""Database -> (until when it holds, whether anybody is restricted)."""


def is_exempt(policy: Policy, purpose: str | None) -> bool:
    """True for a purpose that a restriction does not touch."""
    rule = policy.purposes.get(purpose or "")
    return rule is None or rule.id in ENGINE_PURPOSES or rule.basis in DUTIES


def somebody_restricted(policy: Policy, purpose: str | None) -> bool:
    """True when a restriction may take rows away from `purpose` now."""
    return not is_exempt(policy, purpose) and _any(DEFAULT_DB_ALIAS)


def unrestricted(
    context: Context, model: BoundModel, alias: str, connection: BaseDatabaseWrapper
) -> Fragment:
    """The condition for rows of people who did not have their data restricted."""
    whose = subject_expression(model, alias, connection)
    return (
        'NOT EXISTS (SELECT 1 FROM "upheld_restriction" "_r" '  # noqa: S608 - bound names only
        f'WHERE "_r"."subject" = {whose} AND "_r"."purpose" IN (\'\', %s))',
        (context.purpose or "",),
    )


def _any(using: str) -> bool:
    now = time.monotonic()
    known = _known.get(using)
    if known is None or known[0] < now:
        if _in_event_loop():
            return True  # nothing may be asked here: look at each row instead
        known = (now + conf().KEY_CACHE_SECONDS, _look(using))
        _known[using] = known
    return known[1]


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _look(using: str) -> bool:
    connection: Any = connections[using]
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute('SELECT 1 FROM "upheld_restriction" LIMIT 1')
        return cursor.fetchone() is not None


def look_again(using: str) -> None:
    """Look again: now for this transaction, and once more when it has ended."""
    _known.pop(using, None)
    transaction.on_commit(lambda: _known.pop(using, None), using=using)


def _forget_all(*, setting: str, **_: Any) -> None:
    if setting == "UPHELD":
        _known.clear()


setting_changed.connect(_forget_all)
