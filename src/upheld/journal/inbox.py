"""The one write of a request: its events in one statement, past the ORM.

Each page that read personal data pays for it, so it is made by hand: one statement, which
is a transaction of its own where the caller has none open.

**Waiting for the disk.** A commit on PostgreSQL waits until the disk has it. Events that
only say what was read do not wait (unless `READS_WAIT_FOR_DISK`): the server writes them out
within less than a second, and only a crash of the server in that second, not one of ours,
loses them. Nothing else ever depends on such an event, and nobody chooses the moment of a
crash. Whatever changes, shows or ends something (writes, refusals, exports, disclosures,
consent, erasure, broken glass) waits, alone or in the transaction of its caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connections, transaction

from upheld.journal.inserting import PARAMETERS, insert
from upheld.journal.models import Inbox

Row = tuple[str, str]
"""An event's id and the text of its leaf."""
_COLUMNS = ("event", "text")
_ONCE = " ON CONFLICT DO NOTHING"
"""Written again after an uncertain failure, an event is there already."""
_HASTY = (
    """SELECT v.event, v.text FROM (SELECT set_config('synchronous_commit', 'off', true)"""
    """ AS set) AS s, (VALUES {}) AS v (event, text) WHERE s.set = 'off'"""
)
"""The setting holds for the statement's own transaction. Comparing it keeps the planner from
leaving the call out."""


def put(rows: Sequence[Row], *, using: str, hasty: bool = False) -> None:
    """Insert events; those that are there already stay.

    `hasty`: outside a transaction the commit need not wait for PostgreSQL's disk.
    """
    connection: Any = connections[using]
    alone = not connection.in_atomic_block and connection.get_autocommit()
    many = len(rows) * len(_COLUMNS) > PARAMETERS
    hasty = hasty and alone and not many and connection.vendor == "postgresql"
    together: AbstractContextManager[Any] = nullcontext()
    if alone and many:
        together = transaction.atomic(using)
    source = _HASTY if hasty else "VALUES {}"
    with together:
        insert(Inbox, _COLUMNS, rows, using=using, source=source, ending=_ONCE)
