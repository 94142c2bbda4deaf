"""Objects as the Connect SDK reads them: hosted checkouts, payments, refunds, events, errors."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sites.provider.ledger import Checkout, Refund

KINDS = {
    "paid": "payment.captured",
    "closed": "payment.cancelled",
    "declined": "payment.rejected",
    "refunded": "refund.refunded",
}


def money(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currencyCode": "USD"}


def payment(checkout: Checkout, status: str) -> dict[str, Any]:
    """A payment; it names the money and the shop's order, never a card."""
    paid = status == "CAPTURED"
    return {
        "id": checkout.payment,
        "status": status,
        "hostedCheckoutSpecificOutput": {"hostedCheckoutId": checkout.id, "variant": "100"},
        "paymentOutput": {
            "amountOfMoney": money(checkout.cents),
            "references": {"merchantReference": checkout.shop_order},
        },
        "statusOutput": {
            "isAuthorized": paid,
            "isCancellable": False,
            "isRefundable": paid,
            "statusCategory": "COMPLETED" if paid else "UNSUCCESSFUL",
            "statusCode": 800 if paid else 100,
        },
    }


def hosted_checkout(checkout: Checkout) -> dict[str, Any]:
    """The answer to a status request."""
    if checkout.state == "open":
        return {"status": "IN_PROGRESS"}
    if checkout.state == "cancelled":
        return {"status": "CANCELLED_BY_CONSUMER"}
    paid = checkout.state == "paid"
    return {
        "status": "PAYMENT_CREATED",
        "createdPaymentOutput": {
            "payment": payment(checkout, "CAPTURED" if paid else "REJECTED"),
            "paymentCreationReferences": {"additionalReference": checkout.shop_order},
            "paymentStatusCategory": "SUCCESSFUL" if paid else "REJECTED",
        },
    }


def refund(done: Refund, shop_order: str) -> dict[str, Any]:
    good = done.state == "done"
    return {
        "id": done.id,
        "status": "REFUNDED" if good else "REJECTED",
        "refundOutput": {
            "amountOfMoney": money(done.cents),
            "references": {"merchantReference": shop_order},
        },
        "statusOutput": {"isCancellable": False, "statusCode": 1800 if good else 1850},
    }


def event(
    merchant: str, checkout: Checkout, what: str, done: Refund | None
) -> tuple[str, str, str]:
    """Return (id, type, JSON body) of the event that tells `what` happened."""
    name = str(uuid.uuid4())
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "id": name,
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "merchantId": merchant,
        "type": KINDS[what],
    }
    if done is not None:
        body["refund"] = refund(done, checkout.shop_order)
    else:
        status = {"paid": "CAPTURED", "closed": "CANCELLED", "declined": "REJECTED"}[what]
        body["payment"] = payment(checkout, status)
    return name, KINDS[what], json.dumps(body)


def error(code: str, message: str) -> dict[str, Any]:
    return {"errorId": str(uuid.uuid4()), "errors": [{"code": code, "message": message}]}
