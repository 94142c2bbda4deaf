"""The provider's books: checkouts, refunds and notifications waiting, in one SQLite file."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Wire = Literal["stripe", "connect"]
State = Literal["open", "paid", "expired", "cancelled"]
LIFETIME = 30 * 60
"""Seconds a hosted page stays open."""
ATTEMPTS = 5
"""Declined cards before a page closes for good."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS checkout (
  id TEXT PRIMARY KEY, wire TEXT NOT NULL, shop_order TEXT NOT NULL, cents INTEGER NOT NULL,
  lines TEXT NOT NULL, return_url TEXT NOT NULL, cancel_url TEXT NOT NULL, state TEXT NOT NULL,
  payment TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, mac TEXT NOT NULL,
  challenged INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL,
  idempotency TEXT UNIQUE, asked TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refund (
  id TEXT PRIMARY KEY, payment TEXT NOT NULL, cents INTEGER NOT NULL, state TEXT NOT NULL,
  created REAL NOT NULL, idempotency TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS event (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, wire TEXT NOT NULL, shop_order TEXT NOT NULL,
  kind TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0);
"""


class Refusal(Exception):
    """The books do not allow what was asked. `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Checkout:
    """One hosted payment page. `payment` is the id the money gets once it is taken."""

    id: str
    wire: Wire
    shop_order: str
    cents: int
    lines: tuple[tuple[str, int, int], ...]
    return_url: str
    cancel_url: str
    state: State
    payment: str
    attempts: int
    mac: str
    challenged: bool
    created: float

    @property
    def expires(self) -> float:
        return self.created + LIFETIME


@dataclass(frozen=True, slots=True)
class Refund:
    id: str
    payment: str
    cents: int
    state: str
    created: float


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    id: str
    wire: Wire
    shop_order: str
    kind: str
    body: str
    state: str
    tries: int


class Ledger:
    """All reads and changes of the books; every change is one transaction."""

    def __init__(self, path: Path | str) -> None:
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._db.executescript(_SCHEMA)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def open_checkout(
        self,
        wire: Wire,
        *,
        shop_order: str,
        cents: int,
        lines: tuple[tuple[str, int, int], ...],
        return_url: str,
        cancel_url: str,
        idempotency: str | None,
    ) -> Checkout:
        """Open a page, or return the one that the same idempotency key opened before."""
        asked = json.dumps([shop_order, cents, lines, return_url, cancel_url])
        name = {"stripe": "cs_test_", "connect": "hc-"}[wire] + secrets.token_hex(16)
        paid = {"stripe": "pi_", "connect": "pay-"}[wire] + secrets.token_hex(12)
        key = f"{wire}:{idempotency}" if idempotency else None
        with self._change() as db:
            if key:
                before = db.execute(
                    "SELECT id, asked FROM checkout WHERE idempotency = ?", (key,)
                ).fetchone()
                if before and before["asked"] != asked:
                    raise Refusal("idempotency", "this key was used for another request")
                if before:
                    return self.checkout(wire, before["id"])
            db.execute(
                "INSERT INTO checkout VALUES (?,?,?,?,?,?,?,'open',?,0,?,0,?,?,?)",
                (name, wire, shop_order, cents, json.dumps(lines), return_url, cancel_url,
                 paid, secrets.token_hex(16), time.time(), key, asked),
            )  # fmt: skip
        return self.checkout(wire, name)

    def enter(
        self, wire: Wire, name: str, *, shop_order: str, cents: int, payment: str, back: str
    ) -> None:
        """Enter a page of earlier days: paid when `payment` names the money, else closed.

        What stands in the books already is left alone.
        """
        with self._change() as db:
            db.execute(
                "INSERT OR IGNORE INTO checkout VALUES (?,?,?,?,?,?,?,?,?,0,?,0,?,NULL,'')",
                (name, wire, shop_order, cents, "[]", back, back, "paid" if payment else "expired",
                 payment or f"never-{name}", secrets.token_hex(16), time.time()),
            )  # fmt: skip

    def checkout(self, wire: Wire | None, name: str) -> Checkout:
        """Return a page by its id or its payment's id. Raises `Refusal("missing")`."""
        rows = self._all("SELECT * FROM checkout WHERE id = ? OR payment = ?", name, name)
        if not rows or (wire is not None and rows[0]["wire"] != wire):
            raise Refusal("missing", f"no such checkout: {name}")
        row = dict(rows[0])
        if row["state"] == "open" and row["created"] + LIFETIME < time.time():
            self._close(row["id"], "expired")
            row["state"] = "expired"
        del row["idempotency"], row["asked"]
        row["lines"] = tuple(tuple(line) for line in json.loads(row["lines"]))
        row["challenged"] = bool(row["challenged"])
        return Checkout(**row)

    def _close(self, name: str, state: State) -> bool:
        with self._change() as db:
            sql = "UPDATE checkout SET state = ? WHERE id = ? AND state = 'open'"
            return db.execute(sql, (state, name)).rowcount == 1

    def take_money(self, name: str) -> bool:
        """Mark the page paid; False when it was no longer open."""
        return self._close(name, "paid")

    def cancel(self, name: str, state: State = "cancelled") -> bool:
        """Close an unpaid page; False when it was no longer open."""
        return self._close(name, state)

    def decline(self, name: str) -> int:
        """Count one declined card and return how many there were; the last closes the page."""
        with self._change() as db:
            db.execute("UPDATE checkout SET attempts = attempts + 1 WHERE id = ?", (name,))
            found = db.execute("SELECT attempts FROM checkout WHERE id = ?", (name,)).fetchone()
        if found["attempts"] >= ATTEMPTS:
            self._close(name, "expired")
        return int(found["attempts"])

    def challenge(self, name: str, *, asked: bool) -> None:
        """Remember that the bank asked for a code (the card itself is not remembered)."""
        with self._change() as db:
            db.execute("UPDATE checkout SET challenged = ? WHERE id = ?", (asked, name))

    def refund(self, payment: str, cents: int, *, idempotency: str | None, fail: bool) -> Refund:
        """Give money back, at most what was taken. Raises `Refusal`."""
        with self._change() as db:
            if idempotency:
                row = db.execute(
                    "SELECT * FROM refund WHERE idempotency = ?", (idempotency,)
                ).fetchone()
                if row and (row["payment"], row["cents"]) != (payment, cents):
                    raise Refusal("idempotency", "this key was used for another request")
                if row:
                    return self._refund(row)
            taken = db.execute(
                "SELECT cents FROM checkout WHERE payment = ? AND state = 'paid'", (payment,)
            ).fetchone()
            if taken is None:
                raise Refusal("unpaid", "this payment was never taken")
            given = db.execute(
                "SELECT coalesce(sum(cents), 0) FROM refund WHERE payment = ? AND state = 'done'",
                (payment,),
            ).fetchone()[0]
            if cents <= 0 or given + cents > taken["cents"]:
                raise Refusal("too_much", "more than what is left of this payment")
            name = "re_" + secrets.token_hex(12)
            db.execute(
                "INSERT INTO refund VALUES (?,?,?,?,?,?)",
                (name, payment, cents, "failed" if fail else "done", time.time(), idempotency),
            )
            row = db.execute("SELECT * FROM refund WHERE id = ?", (name,)).fetchone()
        return self._refund(row)

    @staticmethod
    def _refund(row: sqlite3.Row) -> Refund:
        return Refund(row["id"], row["payment"], row["cents"], row["state"], row["created"])

    def queue(
        self, *, name: str, wire: Wire, shop_order: str, kind: str, body: str, held: bool
    ) -> None:
        """Put a notification into the queue, or aside when deliveries are held."""
        with self._change() as db:
            db.execute(
                "INSERT INTO event (id, wire, shop_order, kind, body, state, due)"
                " VALUES (?,?,?,?,?,?,?)",
                (name, wire, shop_order, kind, body, "held" if held else "waiting", time.time()),
            )

    def events(self, *, state: str = "", shop_order: str = "", due: bool = False) -> list[Event]:
        """Return notifications, oldest first."""
        rows = self._all(
            "SELECT * FROM event WHERE (? = '' OR state = ?) AND (? = '' OR shop_order = ?)"
            " AND due <= ? ORDER BY number",
            state, state, shop_order, shop_order, time.time() if due else 1e18,
        )  # fmt: skip
        names = Event.__dataclass_fields__
        return [Event(**{name: row[name] for name in names}) for row in rows]

    def mark(self, number: int, state: str, *, wait: float = 0.0, tried: bool = False) -> None:
        """Set a notification's state; `wait` seconds until it is due."""
        with self._change() as db:
            db.execute(
                "UPDATE event SET state = ?, due = ?, tries = tries + ? WHERE number = ?",
                (state, time.time() + wait, int(tried), number),
            )
