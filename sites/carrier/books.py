"""The carrier's books: consignments by reference, in SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS consignment (reference TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erased (reference TEXT PRIMARY KEY);
"""


class Books:
    """What the carrier knows. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.executescript(_SCHEMA)
        # Erased means overwritten: a freed page keeps its bytes otherwise.
        self._base.execute("PRAGMA secure_delete = ON")
        self._lock = threading.Lock()

    def take(self, key: str, rows: list[dict[str, Any]]) -> bool:
        """Keep the rows of one delivery; False when the key was seen before."""
        with self._lock, self._base:
            if not self._first(key):
                return False
            for row in rows:
                self._put(row)
            return True

    def correct(self, rows: list[dict[str, Any]]) -> int:
        """Replace what is known; what was erased stays erased. Returns how many were known."""
        with self._lock, self._base:
            return sum(self._put(row, known=True) for row in rows)

    def erase(self, references: list[str]) -> int:
        """Erase and never take again. Returns how many were known."""
        with self._lock, self._base:
            done = 0
            for reference in references:
                found = self._base.execute(
                    "DELETE FROM consignment WHERE reference = ?", [reference]
                )
                done += found.rowcount
                self._base.execute("INSERT OR IGNORE INTO erased VALUES (?)", [reference])
            return done

    def all(self) -> dict[str, Any]:
        """Return reference -> content."""
        with self._lock:
            rows = self._base.execute("SELECT reference, content FROM consignment").fetchall()
        return {reference: json.loads(content) for reference, content in rows}

    def _first(self, key: str) -> bool:
        return self._base.execute("INSERT OR IGNORE INTO seen VALUES (?)", [key]).rowcount == 1

    def _put(self, row: dict[str, Any], *, known: bool = False) -> bool:
        reference = str(row["reference"])
        gone = self._base.execute("SELECT 1 FROM erased WHERE reference = ?", [reference])
        if gone.fetchone():
            return False
        if known:
            held = self._base.execute("SELECT 1 FROM consignment WHERE reference = ?", [reference])
            if not held.fetchone():
                return False
        self._base.execute(
            "INSERT OR REPLACE INTO consignment VALUES (?, ?)",
            [reference, json.dumps(row, ensure_ascii=False)],
        )
        return True
