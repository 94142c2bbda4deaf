"""What open transactions did to keys: known to their own connection only, until commit.

A key made in a transaction that is rolled back does not exist, so nobody may seal under
it. Django has no hook for rollbacks; but it drops the commit hooks of a transaction or
savepoint that is rolled back, so a group of changes counts only while its hook is there.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper


class Changes:
    """Keys made, adopted or destroyed under one savepoint. Calling it says: committed."""

    def __init__(
        self, connection: BaseDatabaseWrapper, committed: Callable[[Changes], None]
    ) -> None:
        self.savepoints = tuple(connection.savepoint_ids)
        self.made: dict[bytes, bytes] = {}
        """key id -> key; also keys found after such a change, which may be part of it"""
        self.writing: dict[str, bytes] = {}
        """subject -> key id"""
        self.destroyed: set[bytes] = set()
        self.not_kept: set[bytes] = set()
        """Made here and destroyed later on: not to be remembered at commit."""
        self.index_key = False
        """Whether the index key was made here."""
        self._connection = connection
        self._committed = committed

    def __call__(self) -> None:
        # Test tools run commit hooks inside a transaction that is never committed.
        if not self._connection.in_atomic_block:
            self._committed(self)


class Uncommitted:
    """The changes of every connection that has any."""

    def __init__(self) -> None:
        self._changes: WeakKeyDictionary[BaseDatabaseWrapper, list[Changes]] = WeakKeyDictionary()

    def __bool__(self) -> bool:
        """Whether any connection of the process may have changes; cheap."""
        return bool(self._changes)

    def open(
        self, connection: BaseDatabaseWrapper, committed: Callable[[Changes], None]
    ) -> Changes:
        """Return where changes of the present savepoint go. Needs an atomic block."""
        live = self.of(connection)
        savepoints = tuple(connection.savepoint_ids)
        for changes in live:
            if changes.savepoints == savepoints:
                return changes
        changes = Changes(connection, committed)
        connection.on_commit(changes)
        self._changes.setdefault(connection, []).append(changes)
        return changes

    def of(self, connection: BaseDatabaseWrapper) -> list[Changes]:
        """Return the changes of the connection that were not rolled back, in order."""
        known = self._changes.get(connection)
        if known is None:
            return []
        hooked = {id(hook[1]) for hook in connection.run_on_commit}
        live = [changes for changes in known if id(changes) in hooked]
        if live:
            self._changes[connection] = live
        else:
            del self._changes[connection]
        return live

    def clear(self) -> None:
        """Forget all changes; for when the tables were emptied."""
        self._changes.clear()
