"""The Connect door: hosted checkouts and refunds, v1HMAC signed requests, JSON bodies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from email.utils import parsedate_to_datetime

from sites.provider import connect_shapes as shapes
from sites.provider.exchange import Answer, Request, as_json
from sites.provider.ledger import Refusal
from sites.provider.till import Till

_PATH = re.compile(
    r"/v1/(?P<merchant>[A-Za-z0-9-]+)/(?P<kind>hostedcheckouts|payments)"
    r"(?:/(?P<name>[A-Za-z0-9_-]+)(?P<refund>/refund)?)?"
)
CLOCK_SKEW = 300
"""Seconds that a signed request's Date may be off."""


def answer(till: Till, request: Request) -> Answer | None:
    """Answer a request of this wire, None when the path belongs to another."""
    found = _PATH.fullmatch(request.path)
    if found is None:
        return None
    if not signed(till, request) or found["merchant"] != till.account.merchant:
        return as_json(shapes.error("9002", "MISSING_OR_INVALID_AUTHORIZATION"), 403)
    try:
        return _dispatch(till, request, found)
    except Refusal as refusal:
        if refusal.code == "idempotency":
            return as_json(shapes.error("1409", "DUPLICATE_REQUEST_IN_PROGRESS"), 409)
        status = 404 if refusal.code == "missing" else 400
        return as_json(shapes.error("1002", f"{refusal.code}: {refusal}"), status)
    except (KeyError, TypeError, ValueError):
        return as_json(shapes.error("21000020", "VALUE_NOT_ALLOWED"), 400)


def signed(till: Till, request: Request) -> bool:
    """Check the v1HMAC signature over method, type, date, x-gcs headers and target."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    kind, _, pair = rest.partition(":")
    key_id, _, given = pair.partition(":")
    if (scheme, kind, key_id) != ("GCS", "v1HMAC", till.account.connect_key_id):
        return False
    date = request.headers.get("date", "")
    try:
        skew = abs(parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return False
    extra = sorted((k, v) for k, v in request.headers.items() if k.startswith("x-gcs"))
    to_sign = "".join(
        (
            f"{request.method}\n",
            f"{request.headers.get('content-type', '')}\n",
            f"{date}\n",
            *(f"{name}:{' '.join(value.split())}\n" for name, value in extra),
            f"{request.target}\n",
        )
    )
    digest = hmac.new(till.account.connect_secret.encode(), to_sign.encode(), hashlib.sha256)
    expected = base64.b64encode(digest.digest()).decode()
    return skew <= CLOCK_SKEW and hmac.compare_digest(expected.encode(), given.encode())


def _dispatch(till: Till, request: Request, found: re.Match[str]) -> Answer:
    key = request.headers.get("x-gcs-idempotence-key")
    if found["name"] is None:
        if (request.method, found["kind"]) != ("POST", "hostedcheckouts"):
            raise Refusal("missing", "no such resource")
        return _create(till, request, key)
    checkout = till.ledger.checkout("connect", found["name"])
    if found["refund"] and request.method == "POST":
        body = json.loads(request.body)
        if body["amountOfMoney"]["currencyCode"] != "USD":
            raise Refusal("currency", "this account takes US dollars only")
        refund = till.refund(checkout, int(body["amountOfMoney"]["amount"]), key)
        return as_json(shapes.refund(refund, checkout.shop_order), 201)
    if request.method == "DELETE":
        if not till.cancel(checkout, expired=False):
            raise Refusal("not_open", "only an open hosted checkout can be cancelled")
        return Answer(204)
    if found["kind"] == "payments":
        paid = checkout.state == "paid"
        return as_json(shapes.payment(checkout, "CAPTURED" if paid else "REJECTED"))
    return as_json(shapes.hosted_checkout(checkout))


def _create(till: Till, request: Request, key: str | None) -> Answer:
    body = json.loads(request.body)
    order = body["order"]
    if order["amountOfMoney"]["currencyCode"] != "USD":
        raise Refusal("currency", "this account takes US dollars only")
    cents = int(order["amountOfMoney"]["amount"])
    items = order.get("shoppingCart", {}).get("items", [])
    lines = tuple(
        (
            str(item["orderLineDetails"]["productName"]),
            int(item["orderLineDetails"]["quantity"]),
            int(item["orderLineDetails"]["productPrice"]),
        )
        for item in items
    )
    if lines and sum(quantity * each for _, quantity, each in lines) != cents:
        raise Refusal("amount", "the items do not add up to the amount")
    return_url = body["hostedCheckoutSpecificInput"]["returnUrl"]
    checkout = till.ledger.open_checkout(
        "connect",
        shop_order=str(order["references"]["merchantReference"]),
        cents=cents,
        lines=lines,
        return_url=return_url,
        cancel_url=return_url,
        idempotency=key,
    )
    url = till.page_url(checkout).split("://", 1)[1]
    return as_json(
        {
            "RETURNMAC": checkout.mac,
            "hostedCheckoutId": checkout.id,
            "merchantReference": checkout.shop_order,
            "partialRedirectUrl": url,
        },
        201,
    )
