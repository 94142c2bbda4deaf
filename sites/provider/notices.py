"""Signed notifications to the shop: made at once, sent in the background, sent again until
the shop answers 2xx."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from sites.provider.account import Account
from sites.provider.ledger import Event, Ledger, Wire

RETRIES = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
"""Seconds before each further try; after the last the notification is given up."""


def signature(
    account: Account, wire: Wire, body: bytes, *, at: int | None = None
) -> dict[str, str]:
    """Return the headers that prove a notification comes from the provider."""
    if wire == "stripe":
        moment = int(time.time()) if at is None else at
        signed = f"{moment}.".encode() + body
        digest = hmac.new(account.stripe_webhook_secret.encode(), signed, hashlib.sha256)
        return {"Stripe-Signature": f"t={moment},v1={digest.hexdigest()}"}
    digest = hmac.new(account.connect_webhook_secret.encode(), body, hashlib.sha256)
    return {
        "X-GCS-KeyId": account.connect_webhook_key_id,
        "X-GCS-Signature": base64.b64encode(digest.digest()).decode(),
    }


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float = 10.0) -> int:
    """Post JSON and return the status; 0 when nobody answered."""
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked at start-up
        url, data=body, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Courier:
    """Delivers what is due, one after the other, in its own thread."""

    def __init__(self, ledger: Ledger, account: Account, shop: str) -> None:
        self.shop = shop.rstrip("/")
        self._ledger = ledger
        self._account = account
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join(timeout=15)

    def wake(self) -> None:
        self._wake.set()

    def deliver(self, event: Event) -> int:
        """Send one notification now; return the shop's status, 0 when it did not answer."""
        body = event.body.encode()
        headers = signature(self._account, event.wire, body)
        return post(f"{self.shop}/payments/notices/{event.wire}/", body, headers)

    def _run(self) -> None:
        while not self._over.is_set():
            self._wake.clear()
            for event in self._ledger.events(state="waiting", due=True):
                if self._over.is_set():
                    return
                if 200 <= self.deliver(event) < 300:
                    self._ledger.mark(event.number, "sent", tried=True)
                elif event.tries < len(RETRIES):
                    wait = RETRIES[event.tries]
                    self._ledger.mark(event.number, "waiting", wait=wait, tried=True)
                else:
                    self._ledger.mark(event.number, "given up", tried=True)
            self._wake.wait(0.25)
