"""What happens to a checkout, whichever wire it came by; each step queues its notification."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode, urlsplit

from sites.provider import cards, connect_shapes, stripe_shapes
from sites.provider.account import Account
from sites.provider.ledger import Checkout, Ledger, Refund
from sites.provider.notices import Courier


@dataclass(slots=True)
class Till:
    """The provider at work. `hold` keeps notifications back, `fail_refunds` is for tests."""

    ledger: Ledger
    account: Account
    courier: Courier
    base: str
    hold: bool = field(default=False)
    fail_refunds: bool = field(default=False)

    def page_url(self, checkout: Checkout) -> str:
        return f"{self.base}/pay/{checkout.id}/"

    def pay(self, checkout: Checkout, number: str, expiry: str, code: str) -> cards.Answer:
        """Try a card on an open page."""
        answer = cards.ask_bank(number, expiry, code, date.today())
        if answer.verdict == "approved":
            self._take(checkout)
        elif answer.verdict == "declined":
            self._decline(checkout)
        elif answer.verdict == "challenge":
            self.ledger.challenge(checkout.id, asked=True)
        return answer

    def confirm(self, checkout: Checkout, code: str) -> bool:
        """Answer the bank's question; a wrong code counts as a declined card."""
        self.ledger.challenge(checkout.id, asked=False)
        if not checkout.challenged or not hmac.compare_digest(code.strip().encode(), b"123456"):
            self._decline(checkout)
            return False
        self._take(checkout)
        return True

    def cancel(self, checkout: Checkout, *, expired: bool) -> bool:
        """Close an unpaid page; False when it was paid or closed before."""
        closed = self.ledger.cancel(checkout.id, "expired" if expired else "cancelled")
        if closed:
            self._tell(self.ledger.checkout(None, checkout.id), "closed")
        return closed

    def refund(self, checkout: Checkout, cents: int, idempotency: str | None) -> Refund:
        """Give back `cents` of a paid checkout. Raises `ledger.Refusal`."""
        refund = self.ledger.refund(
            checkout.payment, cents, idempotency=idempotency, fail=self.fail_refunds
        )
        if refund.state == "done":
            self._tell(checkout, "refunded", refund)
        return refund

    def back_to_shop(self, checkout: Checkout) -> str:
        """Where the payer goes after the page is done."""
        if checkout.wire == "stripe":
            if checkout.state == "paid":
                return checkout.return_url.replace("{CHECKOUT_SESSION_ID}", checkout.id)
            return checkout.cancel_url
        mark = "&" if urlsplit(checkout.return_url).query else "?"
        query = urlencode({"RETURNMAC": checkout.mac, "hostedCheckoutId": checkout.id})
        return f"{checkout.return_url}{mark}{query}"

    def _take(self, checkout: Checkout) -> None:
        if self.ledger.take_money(checkout.id):
            self._tell(self.ledger.checkout(None, checkout.id), "paid")

    def _decline(self, checkout: Checkout) -> None:
        self.ledger.decline(checkout.id)
        self._tell(self.ledger.checkout(None, checkout.id), "declined")

    def _tell(self, checkout: Checkout, what: str, refund: Refund | None = None) -> None:
        shapes = stripe_shapes if checkout.wire == "stripe" else connect_shapes
        name, kind, body = shapes.event(self.account.merchant, checkout, what, refund)
        self.ledger.queue(
            name=name, wire=checkout.wire, shop_order=checkout.shop_order,
            kind=kind, body=body, held=self.hold,
        )  # fmt: skip
        self.courier.wake()
