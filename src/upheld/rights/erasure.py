"""Erase one person or many, completely and in one transaction.

Safety argument. Every row of the people is found by the map's subject paths, planned before
anything is touched, and changed inside one database transaction together with the destruction
of their keys, the consent ledger's and the evidence index's links, the tasks for files and
outside stores, and the receipts. A crash at any point rolls all of it back. Before the
transaction commits, the people are searched again from nothing; a single value found that
the plan does not keep raises, and nothing is erased. Rows of other people are never deleted:
a row that something of theirs hangs on is blanked and stays as a shell. Kept values are
sealed anew under a key of their own, since the person's key is destroyed. What was erased is
noted outside the database too, before the commit, so that a restored backup can be brought to
the same state (`upheld replay`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, Error, transaction

from upheld import consent, journal, keyring, mail
from upheld.datamap.active import active
from upheld.disclosure import passing_on
from upheld.disposal import outside
from upheld.errors import UpheldError
from upheld.guard.direct import Direct, chunks
from upheld.guard.models import SessionLink
from upheld.keyring import tombstones
from upheld.rights import carrying, receipts, rescan
from upheld.rights.blocking import check_blocks
from upheld.rights.holdings import engine_reads
from upheld.rights.models import ErasureReceipt
from upheld.rights.plan import Plans, plan_all
from upheld.rights.requests import forgetting
from upheld.rights.rescan import ErasureIncomplete

__all__ = ["ErasureIncomplete", "Outcome", "erase", "erase_many"]

SLICE = 50
"""People a transaction when many are erased."""

Progress = Callable[[int, int], None]
"""(done, of how many)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one person in an erasure of many: the receipt, or why there is none."""

    subject: str
    receipt: ErasureReceipt | None
    problem: Exception | None = None


def erase(
    subject: str,
    *,
    ground: str,
    using: str = DEFAULT_DB_ALIAS,
    receipt: str = "",
    waits: bool = True,
    progress: Progress | None = None,
) -> ErasureReceipt:
    """Erase `subject` (`kind:value`) and return the receipt.

    `ground` says why in plain words (`asked in the member centre`). `receipt` is the id of an
    earlier receipt when an erasure is done again after a restore, which no longer `waits` for
    what blocks one. `progress` is told rows done and in all. May be called inside a
    transaction, whose commit then decides. Raises `ErasureIncomplete` if anything would be
    left behind, `ErasureBlocked` if something stands in the way for now; nothing is changed
    then.
    """
    people = {subject: receipt or secrets.token_hex(16)}
    with _noted(people, using):
        return _erase(people, ground, using, progress, waits=waits)[subject]


def erase_many(
    subjects: Sequence[str],
    *,
    ground: str,
    using: str = DEFAULT_DB_ALIAS,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Erase many people, `SLICE` in a transaction, with the same guarantees and receipts.

    What cannot be erased does not hold up the others: a slice that fails is done again one by
    one, and only who is at fault is reported with the problem. Yields an outcome for each, in
    order, as slices are committed.
    """
    everyone = list(dict.fromkeys(subjects))
    done = 0
    for part in chunks(everyone, SLICE):
        people = {subject: secrets.token_hex(16) for subject in part}
        try:
            with _noted(people, using):
                made = _erase(people, ground, using, None)
            yield from (Outcome(subject, made[subject]) for subject in part)
        except (UpheldError, Error):
            for subject in part:
                yield _one(subject, ground, using)
        done += len(part)
        if progress is not None:
            progress(done, len(everyone))


def _one(subject: str, ground: str, using: str) -> Outcome:
    try:
        return Outcome(subject, erase(subject, ground=ground, using=using))
    except (UpheldError, Error) as problem:
        return Outcome(subject, None, problem)


@contextmanager
def _noted(people: dict[str, str], using: str) -> Iterator[None]:
    """Run the erasure in a transaction and note outside how it ended."""
    if tombstones.place() is None:
        with transaction.atomic(using=using):
            yield
        return
    ids = list(people.values())
    try:
        with transaction.atomic(using=using):
            yield
            transaction.on_commit(
                lambda: tombstones.append(tombstones.Tombstone("settled", id) for id in ids),
                using=using,
                robust=True,
            )
    except Exception:
        tombstones.append(tombstones.Tombstone("void", id) for id in ids)
        raise


def _erase(
    people: dict[str, str],
    ground: str,
    using: str,
    progress: Progress | None,
    *,
    waits: bool = True,
) -> dict[str, ErasureReceipt]:
    subjects = list(people)
    # The first statement writes: see `consent.forget_all`.
    consent.forget_all(subjects, using=using)
    mail.forget(subjects, using=using)
    for subject in subjects if waits else ():
        check_blocks(subject, using)
    direct = Direct(using)
    plans = plan_all(subjects, using)
    work = [(s, task) for s in subjects for task in outside.gathered(s, using)]
    passing_on.erased(subjects, using=using)
    with engine_reads(subjects[0] if len(subjects) == 1 else None):
        work += carrying.files_of(plans, direct)
        consent.suppress(carrying.addresses_of(plans, using), using=using)
        carrying.carry_out(plans, people, direct, progress)
    rescan.check(plans, direct)
    by_person: dict[str, list[tuple[str, outside.What]]] = {}
    for subject, task in work:
        by_person.setdefault(subject, []).append(task)
    for subject, tasks in by_person.items():
        outside.write_tasks(tasks, receipt=people[subject], using=using)
    for subject in forgetting.concerned(subjects, using=using):
        forgetting.forget(subject, using=using)
    made = receipts.make(plans, people, ground, by_person)
    _log(plans, made, using)
    receipts.keep(made.values(), using)
    journal.forget_all(subjects, using=using)
    SessionLink.objects.using(using).filter(subject__in=subjects)._raw_delete(using)
    _destroy_keys(plans, people, made, using)
    return made


def _log(plans: Plans, made: dict[str, ErasureReceipt], using: str) -> None:
    counts = dict.fromkeys(plans.subjects, 0)
    for rows in plans.fates.values():
        for fate in rows.values():
            for owner in fate.owners:
                counts[owner] += 1
    events = journal.write_many(
        (
            journal.here(
                "erasure",
                categories=tuple(active().policy.data),
                rows=count,
                subjects=(subject,),
                decision="allow",
                details={"receipt": receipts.digest(made[subject])},
            )
            for subject, count in counts.items()
        ),
        using=using,
    )
    for subject, event in zip(counts, events, strict=True):
        made[subject].event = event


def _destroy_keys(
    plans: Plans, people: dict[str, str], made: dict[str, ErasureReceipt], using: str
) -> None:
    """Destroy the keys and note outside whose they were, before the commit."""
    place = tombstones.place()
    owned: dict[str, list[str]] = {subject: [] for subject in people}
    if place is not None:
        for key, subject in keyring.keys_of(plans.names, using=using):
            owned[plans.names[subject]].append(key)
    keyring.destroy(plans.names, using=using)
    if place is not None:
        tombstones.append(
            tombstones.Tombstone(
                "erased",
                person,
                made[subject].done_at.isoformat(),
                subjects=(tombstones.digest(subject, using),),
                keys=tuple(owned[subject]),
            )
            for subject, person in people.items()
        )
