"""What lies outside the database and must go with a person: files, caches, search indexes.

A transaction cannot delete a file. So within the transaction that ends the rows a task is
written for each thing outside, and after the commit it is carried out and tried again, at
once and by every daily sweep, until the store itself confirms that the thing is gone. A
process killed anywhere leaves either no task and all rows, or a task that is done later.

What a task says is sealed under a key of its own, destroyed when the store has confirmed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import FileField
from django.utils import timezone

from upheld import keyring
from upheld.datamap.active import active
from upheld.disposal.models import OutsideTask
from upheld.errors import UpheldError

FILES = "files"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
"""Between tries; doubled each time."""
_COLUMN = "upheld.OutsideTask.what"

What = dict[str, Any]
"""Plain JSON that tells a store what to remove."""
Gather = Callable[[str, str], Iterable[What]]
"""(subject, database) -> what the store holds about the person. Runs before the rows go."""
Remove = Callable[[What], bool]
"""Removes one thing; True only when the store says that it is not there any more."""


class NotConfirmed(UpheldError):
    """A store did not confirm that something is gone; it is tried again."""

    code = "disposal.not_confirmed"


@dataclass(frozen=True, slots=True)
class Store:
    """One place outside the database."""

    name: str
    gather: Gather
    remove: Remove


_stores: dict[str, Store] = {}


def outside_store(name: str, *, gather: Gather, remove: Remove) -> None:
    """Register a place outside the database that holds data of people: in `AppConfig.ready`.

    Both are called at least once and perhaps again, so they must bear repetition.
    """
    _stores[name] = Store(name, gather, remove)


def gathered(subject: str, using: str) -> list[tuple[str, What]]:
    """Return (store, what) for everything that registered stores hold about a person."""
    return [
        (store.name, what) for store in _stores.values() for what in store.gather(subject, using)
    ]


def file_at(label: str, name: str) -> tuple[str, What]:
    """Return the task for a stored file: the column's label and the file's name."""
    return FILES, {"column": label, "name": name}


def write_tasks(
    work: Iterable[tuple[str, What]], *, receipt: str = "", using: str = DEFAULT_DB_ALIAS
) -> int:
    """Write a task for each piece of work, in the caller's transaction, and try them when it
    has committed. Returns how many there are."""
    now = timezone.now()
    tasks = []
    for store, what in work:
        key = secrets.token_hex(16)
        sealed = keyring.sealer(using).seal(
            json.dumps(what, separators=(",", ":")), column=_COLUMN, subject=f"outside:{key}"
        )
        tasks.append(
            OutsideTask(
                key=key, store=store, what=sealed, receipt=receipt, made_at=now, next_at=now
            )
        )
    if tasks:
        OutsideTask.objects.using(using).bulk_create(tasks, batch_size=500)
        keys = [task.key for task in tasks]
        # robust: a store that fails now is tried again later and must not undo the answer.
        transaction.on_commit(lambda: _try_now(keys, using), using=using, robust=True)
    return len(tasks)


def carry_out(*, using: str = DEFAULT_DB_ALIAS, now: datetime | None = None) -> tuple[int, int]:
    """Try every task that is due. Returns (confirmed, still open)."""
    moment = timezone.now() if now is None else now
    due = OutsideTask.objects.using(using).filter(done_at__isnull=True, next_at__lte=moment)
    done = sum(_try(key, using) for key in list(due.values_list("pk", flat=True)))
    return done, waiting(using=using)


def waiting(*, using: str = DEFAULT_DB_ALIAS, receipt: str | None = None) -> int:
    """How many tasks are not confirmed yet, of one receipt or of all."""
    open_ = OutsideTask.objects.using(using).filter(done_at__isnull=True)
    return (open_ if receipt is None else open_.filter(receipt=receipt)).count()


def _try_now(keys: list[str], using: str) -> None:
    if connections[using].in_atomic_block:  # test tools run such hooks inside a transaction
        return
    for key in keys:
        _try(key, using)


def _try(key: str, using: str) -> bool:
    """Carry out one task; True when its store confirmed. Never raises for a store's failure."""
    task = OutsideTask.objects.using(using).filter(pk=key, done_at__isnull=True).first()
    if task is None:
        return False
    problem = ""
    try:
        what = json.loads(keyring.sealer(using).open(task.what, column=_COLUMN))
        if not _remover(task.store)(what):
            problem = "NotConfirmed"
    except Exception as error:  # whatever a store may raise: it is tried again
        problem = type(error).__name__
    with transaction.atomic(using=using):
        if problem:
            task.tries += 1
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(task.tries - 1, 20))
            task.next_at = timezone.now() + wait
            task.problem = problem
            task.save(using=using, update_fields=["tries", "next_at", "problem"])
        else:
            task.done_at = timezone.now()
            task.what = task.problem = ""
            task.save(using=using, update_fields=["done_at", "what", "problem"])
            keyring.destroy(f"outside:{key}", using=using)
    return not problem


def _remover(store: str) -> Remove:
    if store == FILES:
        return _remove_file
    if store not in _stores:
        raise NotConfirmed(f"no store `{store}` is registered")
    return _stores[store].remove


def _remove_file(what: Mapping[str, Any]) -> bool:
    column = active().datamap.labelled(str(what["column"]))
    field = column.field if column is not None else None
    storage = field.storage if isinstance(field, FileField) else storages["default"]
    storage.delete(what["name"])
    return not storage.exists(what["name"])
