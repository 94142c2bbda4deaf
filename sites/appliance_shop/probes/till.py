"""A payment provider that lives in the probe: it opens pages, remembers what it was told,
says what the probe wants it to say, and signs its notifications."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings

from sites.payments.chosen import standing_in
from sites.payments.seam import (
    CURRENCY,
    Bill,
    ForgedNotice,
    Notice,
    Outcome,
    ProviderRefused,
    Refunded,
    Result,
    Started,
)

SIGNATURE = "X-Probe-Signature"
PAGES = "https://till.example/pay/"


class Till:
    """A `PaymentProvider`. `bills` and `results` are by reference of the hosted page."""

    def __init__(self) -> None:
        self.name = str(settings.PAYMENTS["PROVIDER"])
        self.bills: dict[str, Bill] = {}
        self.results: dict[str, Result] = {}
        self.refunded: list[tuple[str, int]] = []
        self._key = secrets.token_bytes(32)

    def start(self, bill: Bill) -> Started:
        reference = f"probe_{bill.key}"
        self.bills[reference] = bill
        self.results.setdefault(reference, Result(reference, "open", bill.order))
        return Started(reference, PAGES + reference)

    def result(self, reference: str) -> Result:
        if reference not in self.results:
            raise ProviderRefused(reference)
        return self.results[reference]

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        given = headers.get(SIGNATURE, "")
        if not hmac.compare_digest(self._sign(body).encode(), given.encode()):
            raise ForgedNotice("no valid signature")
        content = json.loads(body)
        return Notice(content["event"], content["reference"])

    def refund(self, payment: str, cents: int, *, key: str) -> Refunded:
        self.refunded.append((payment, cents))
        return Refunded(f"back_{len(self.refunded)}", cents, True)

    def cancel(self, reference: str) -> bool:
        return self.results.pop(reference, None) is not None

    def decide(
        self, reference: str, outcome: Outcome, *, currency: str = CURRENCY, more: int = 0
    ) -> None:
        """Let a page end: `more` cents than the bill says, in `currency`."""
        bill = self.bills[reference]
        paid = f"paid_{reference}" if outcome == "success" else ""
        self.results[reference] = Result(
            reference, outcome, bill.order, bill.cents + more, currency, paid
        )

    def notice(self, reference: str) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of a genuine notification about a page."""
        content = {"event": f"event_{secrets.token_hex(8)}", "reference": reference}
        body = json.dumps(content).encode()
        return body, {SIGNATURE: self._sign(body)}

    def _sign(self, body: bytes) -> str:
        return hmac.new(self._key, body, hashlib.sha256).hexdigest()


@contextmanager
def open_till() -> Iterator[Till]:
    """Take every payment of the block at a till of its own."""
    till = Till()
    with standing_in(till):
        yield till
