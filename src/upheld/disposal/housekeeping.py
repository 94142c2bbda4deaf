"""What the daily job tidies up besides rows whose time is over.

Safety argument. A key is destroyed only when no sealed value of any column names it: all
sealed columns are searched for it in the transaction that destroys it. Keys made lately are
left, since the row they are for may not be written yet.
"""

# ruff: noqa: S608  (identifiers come quoted from the map; values are parameters)

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from upheld import journal, keyring, mail
from upheld.consent.keeping import forget_visitors
from upheld.datamap.active import active
from upheld.datamap.bound import BoundKind, BoundModel
from upheld.datamap.manysql import ROW
from upheld.datamap.pathsql import quoted
from upheld.disposal import outside
from upheld.disposal.due import Condition, nothing_hangs_on_it
from upheld.disposal.models import Shell
from upheld.disposal.removal import is_about_people, pointing_at, remove
from upheld.errors import EvidenceError
from upheld.guard.direct import CHUNK, Direct, chunks
from upheld.guard.models import SessionLink
from upheld.keyring.models import SubjectKey
from upheld.sealing import KEY_MARK

YOUNG = timedelta(days=1)
"""Keys younger than this are left alone."""
MOST = 20_000
"""Candidates looked at in one run."""


CHORES: dict[str, Callable[[str], int]] = {}
"""In order; each is given the database and returns how many things it saw to."""

Chore = Callable[[str], int]


def chore(name: str) -> Callable[[Chore], Chore]:
    """Add something to the daily job: `(database) -> how many things it saw to`."""

    def add(does: Chore) -> Chore:
        CHORES[name] = does
        return does

    return add


@chore("expired sessions")
def expired_sessions(using: str) -> int:
    """Delete sessions that have expired, with what links them to people."""
    model = active().datamap.model("sessions.Session")
    if model is None:
        return 0
    direct = Direct(using)
    count = 0
    sessions: Any = SessionStore.get_model_class()
    while True:
        with transaction.atomic(using=using):
            gone = sessions.objects.using(using).filter(expire_date__lt=timezone.now())
            keys = list(gone.values_list("pk", flat=True)[:CHUNK])
            if not keys:
                return count
            SessionLink.objects.using(using).filter(session__in=keys)._raw_delete(using)
            count += remove(model, keys, direct)


@chore("visitors whose choices have ended")
def expired_visitors(using: str) -> int:
    """Forget visitors when the cookie that holds their choices has ended."""
    return forget_visitors(using=using)


@chore("keys of dead sessions")
def keys_of_the_gone(using: str) -> int:
    """Destroy the keys of people of whom nothing can be left: kinds whose only table is their
    own (sessions), where the row is gone."""
    count = 0
    for kind in active().datamap.kinds.values():
        if kind.by == "key" and _only_own_table(kind):
            count += _destroy(_without_row(kind, using), using)
    return count


def _only_own_table(kind: BoundKind) -> bool:
    return not any(
        path.kind is kind and model.model is not kind.model
        for model in active().datamap.models
        for path in model.paths
    )


def _without_row(kind: BoundKind, using: str) -> list[str]:
    start = f"{kind.id}:"
    keys = SubjectKey.objects.using(using).filter(
        subject__startswith=start, destroyed_at__isnull=True, created_at__lt=timezone.now() - YOUNG
    )
    found: list[str] = []
    for part in chunks(list(keys.values_list("subject", flat=True)[:MOST]), CHUNK):
        values = {str(subject)[len(start) :] for subject in part}
        living = kind.model._base_manager.using(using).filter(pk__in=values)
        there = {str(pk) for pk in living.values_list("pk", flat=True)}
        found += [start + value for value in sorted(values - there)]
    return found


@chore("abandoned keys")
def abandoned_keys(using: str) -> int:
    """Destroy keys that nobody owns, or that outlived what a hold kept, and no value names."""
    old = timezone.now() - YOUNG
    keys = SubjectKey.objects.using(using).filter(destroyed_at__isnull=True, created_at__lt=old)
    unowned = list(keys.filter(subject__isnull=True).values_list("pk", flat=True)[:MOST])
    held = list(keys.filter(subject__startswith="held:").values_list("pk", flat=True)[:MOST])
    candidates = {bytes.fromhex(key) for key in (*unowned, *held)}
    if not candidates:
        return 0
    count = 0
    direct = Direct(using)
    for part in chunks(sorted(candidates), CHUNK):
        with transaction.atomic(using=using):
            free = set(part) - _in_use(set(part), direct)
            owners = keyring.owners(free, using=using)
            names = [owner or f"key:{key.hex()}" for key, owner in owners.items()]
            count += len(keyring.destroy(names, using=using))
    return count


def _in_use(keys: set[bytes], direct: Direct) -> set[bytes]:
    """Which of these keys some sealed value names."""
    by_mark = {urlsafe_b64encode(key[1:]).decode(): key for key in keys}
    start, stop = KEY_MARK.start + 1, KEY_MARK.stop - KEY_MARK.start
    found: set[bytes] = set()
    for column in active().datamap.columns:
        if column.lookup is not None:
            mark = f"substr({quoted(column.column)}, {start}, {stop})"
            rows = direct.rows_among(
                f"SELECT DISTINCT {mark} FROM {quoted(column.table)} WHERE ", mark, sorted(by_mark)
            )
            found |= {by_mark[row[0]] for row in rows}
    return found


@chore("empty shells")
def empty_shells(using: str) -> int:
    """Delete rows that an erasure left as empty shells, once nothing hangs on them."""
    direct = Direct(using)
    labels = set(Shell.objects.using(using).values_list("label", flat=True))
    count = 0
    for label in sorted(labels):
        model = active().datamap.model(label)
        if model is not None:
            count += _delete_shells(model, direct)
    return count


def _delete_shells(model: BoundModel, direct: Direct) -> int:
    pk: Any = model.model._meta.pk
    column = f"{ROW}.{quoted(pk.column)}"
    free: Condition = nothing_hangs_on_it(model) & _nothing_leads_to_it(model)
    count = 0
    shells = Shell.objects.using(direct.using).filter(label=model.label)
    for part in chunks(list(shells.values_list("row", flat=True)), CHUNK):
        keys = [pk.get_db_prep_value(pk.to_python(row), direct.connection) for row in part]
        with transaction.atomic(using=direct.using):
            there = set(
                direct.rows_among(
                    f"SELECT {column} FROM {quoted(model.table)} {ROW} WHERE ", column, keys
                )
            )
            gone = [
                row[0]
                for row in direct.rows_among(
                    f"SELECT {column} FROM {quoted(model.table)} {ROW} WHERE {free.sql} AND ",
                    column,
                    keys,
                )
            ]
            count += remove(model, gone, direct)
            left = {str(row[0]) for row in there} - {str(key) for key in gone}
            shells.filter(row__in=[row for row in part if row not in left])._raw_delete(
                direct.using
            )
    return count


def _nothing_leads_to_it(model: BoundModel) -> Condition:
    """A person's own row stays while rows lead to them by a key that would be set to null."""
    pk: Any = model.model._meta.pk
    found = Condition("1 = 1")
    if not any(not path.hops for path in model.paths):
        return found
    for number, one in enumerate(pointing_at(model)):
        if one.then == "null" and one.bound is not None and is_about_people(one.bound):
            alias = f'"_n{number}"'
            found &= Condition(
                f"NOT EXISTS (SELECT 1 FROM {quoted(one.table)} {alias}"
                f" WHERE {alias}.{quoted(one.column)} = {ROW}.{quoted(pk.column)})"
            )
    return found


@chore("mails that were sent")
def sent_mails(using: str) -> int:
    """Forget which mails went to whom, when their time is over."""
    return mail.forget_old(using)


@chore("files and outside stores")
def outside_tasks(using: str) -> int:
    """Try again what stores outside have not confirmed."""
    return outside.carry_out(using=using)[0]


@chore("checkpoint")
def sign_the_log(using: str) -> int:
    """Sign the state of the evidence log."""
    try:
        journal.checkpoint(using=using)
    except EvidenceError:
        return 0  # `verify-log` and `checkpoint` say what is wrong; a sweep goes on
    return 1


def _destroy(subjects: list[str], using: str) -> int:
    count = 0
    for part in chunks(subjects, CHUNK):
        with transaction.atomic(using=using):
            count += len(keyring.destroy(part, using=using))
            journal.forget_all(part, using=using)
    return count
