"""Stripe Checkout behind the seam, through Stripe's own SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe

from sites.payments.seam import (
    CURRENCY,
    Bill,
    ForgedNotice,
    Notice,
    Outcome,
    ProviderRefused,
    ProviderUnreachable,
    Refunded,
    Result,
    Started,
)

TIMEOUT = 15
"""Seconds to wait for the provider."""


class StripeCheckout:
    """Checkout Sessions in payment mode, in US dollars."""

    name = "stripe"

    def __init__(self, *, api: str, api_key: str, webhook_secret: str) -> None:
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=1,
        )
        self._webhook_secret = webhook_secret

    def start(self, bill: Bill) -> Started:
        with _translated():
            session = self._client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": bill.order,
                    "success_url": bill.return_url,
                    "cancel_url": bill.cancel_url,
                    "line_items": [
                        {
                            "quantity": line.quantity,
                            "price_data": {
                                "currency": CURRENCY.lower(),
                                "unit_amount": line.cents,
                                "product_data": {"name": line.title},
                            },
                        }
                        for line in bill.lines
                    ],
                },
                options={"idempotency_key": bill.key},
            )
        return Started(session.id, session.url or "")

    def result(self, reference: str) -> Result:
        with _translated():
            session = self._client.v1.checkout.sessions.retrieve(reference)
        outcome: Outcome = "open"
        if session.payment_status == "paid":
            outcome = "success"
        elif session.status == "expired":
            outcome = "failure"
        return Result(
            reference=session.id,
            outcome=outcome,
            order=session.client_reference_id or "",
            cents=session.amount_total or 0,
            currency=(session.currency or "").upper(),
            payment=str(session.payment_intent or ""),
        )

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        try:
            stripe.Webhook.construct_event(
                body, headers.get("Stripe-Signature", ""), self._webhook_secret
            )
            event: dict[str, Any] = json.loads(body)
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise ForgedNotice("no valid signature") from error
        about = event["data"]["object"]
        settles = about.get("object") == "checkout.session"
        return Notice(event["id"], about["id"] if settles else "")

    def refund(self, payment: str, cents: int, *, key: str) -> Refunded:
        with _translated():
            refund = self._client.v1.refunds.create(
                params={"payment_intent": payment, "amount": cents},
                options={"idempotency_key": key},
            )
        return Refunded(refund.id, refund.amount, refund.status == "succeeded")

    def cancel(self, reference: str) -> bool:
        try:
            with _translated():
                self._client.v1.checkout.sessions.expire(reference)
        except ProviderRefused:
            return False
        return True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except stripe.InvalidRequestError as error:
        raise ProviderRefused(error.user_message or "refused") from error
    except stripe.StripeError as error:
        raise ProviderUnreachable(type(error).__name__) from error
