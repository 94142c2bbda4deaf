"""Objects as the Stripe SDK reads them: checkout sessions, refunds, events, errors."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from sites.provider.ledger import Checkout, Refund

KINDS = {
    "paid": "checkout.session.completed",
    "closed": "checkout.session.expired",
    "declined": "payment_intent.payment_failed",
    "refunded": "charge.refunded",
}
_STATUS = {"open": "open", "paid": "complete", "expired": "expired", "cancelled": "expired"}


def session(checkout: Checkout, url: str | None = None) -> dict[str, Any]:
    """A checkout session; it names the money and the shop's order, never a card."""
    paid = checkout.state == "paid"
    return {
        "id": checkout.id,
        "object": "checkout.session",
        "amount_subtotal": checkout.cents,
        "amount_total": checkout.cents,
        "cancel_url": checkout.cancel_url,
        "client_reference_id": checkout.shop_order,
        "created": int(checkout.created),
        "currency": "usd",
        "expires_at": int(checkout.expires),
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_intent": checkout.payment if paid else None,
        "payment_status": "paid" if paid else "unpaid",
        "status": _STATUS[checkout.state],
        "success_url": checkout.return_url,
        "url": url if checkout.state == "open" else None,
    }


def refund(done: Refund) -> dict[str, Any]:
    return {
        "id": done.id,
        "object": "refund",
        "amount": done.cents,
        "created": int(done.created),
        "currency": "usd",
        "payment_intent": done.payment,
        "status": "succeeded" if done.state == "done" else "failed",
    }


def event(
    merchant: str, checkout: Checkout, what: str, done: Refund | None
) -> tuple[str, str, str]:
    """Return (id, type, JSON body) of the event that tells `what` happened."""
    name = "evt_" + secrets.token_hex(12)
    if what == "declined":
        about: dict[str, Any] = {
            "id": checkout.payment,
            "object": "payment_intent",
            "amount": checkout.cents,
            "currency": "usd",
            "metadata": {},
            "status": "requires_payment_method",
        }
    elif done is not None:
        about = {
            "id": "ch_" + checkout.payment,
            "object": "charge",
            "amount": checkout.cents,
            "amount_refunded": done.cents,
            "currency": "usd",
            "payment_intent": checkout.payment,
        }
    else:
        about = session(checkout)
    body = {
        "id": name,
        "object": "event",
        "api_version": "2025-09-30",
        "created": int(time.time()),
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "type": KINDS[what],
    }
    return name, KINDS[what], json.dumps(body)


def error(message: str, kind: str = "invalid_request_error", code: str = "") -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}
