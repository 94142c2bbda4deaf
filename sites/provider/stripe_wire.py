"""The Stripe door: `/v1/checkout/sessions` and `/v1/refunds`, Bearer key, form bodies."""

from __future__ import annotations

import hmac
import re
from typing import Any
from urllib.parse import parse_qsl

from sites.provider import stripe_shapes as shapes
from sites.provider.exchange import Answer, Request, as_json
from sites.provider.ledger import Refusal
from sites.provider.till import Till

_SESSION = re.compile(r"/v1/checkout/sessions/([A-Za-z0-9_]+)(/expire)?")


def answer(till: Till, request: Request) -> Answer | None:
    """Answer a request of this wire, None when the path belongs to another."""
    if not re.match(r"/v1/(checkout/sessions|refunds)(/|$)", request.path):
        return None
    expected = f"Bearer {till.account.stripe_api_key}"
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        return as_json(shapes.error("invalid API key provided"), 401)
    try:
        return _dispatch(till, request)
    except Refusal as refusal:
        if refusal.code == "idempotency":
            return as_json(shapes.error(str(refusal), "idempotency_error"), 400)
        status = 404 if refusal.code == "missing" else 400
        return as_json(shapes.error(str(refusal), code=refusal.code), status)


def _dispatch(till: Till, request: Request) -> Answer:
    key = request.headers.get("idempotency-key")
    form = nested(request.body.decode())
    if (request.method, request.path) == ("POST", "/v1/checkout/sessions"):
        return _create(till, form, key)
    if (request.method, request.path) == ("POST", "/v1/refunds"):
        checkout = till.ledger.checkout("stripe", str(form.get("payment_intent", "")))
        cents = int(form.get("amount", checkout.cents))
        return as_json(shapes.refund(till.refund(checkout, cents, key)))
    found = _SESSION.fullmatch(request.path)
    if found is None:
        return as_json(shapes.error(f"unrecognized request URL: {request.path}"), 404)
    checkout = till.ledger.checkout("stripe", found[1])
    if found[2] and request.method == "POST":
        if not till.cancel(checkout, expired=True):
            raise Refusal("not_open", "only an open checkout session can be expired")
        checkout = till.ledger.checkout("stripe", checkout.id)
    return as_json(shapes.session(checkout, till.page_url(checkout)))


def _create(till: Till, form: dict[str, Any], key: str | None) -> Answer:
    lines = []
    for line in form.get("line_items", {}).values():
        price = line.get("price_data", {})
        if price.get("currency") != "usd":
            raise Refusal("currency", "this account takes US dollars only")
        title = price.get("product_data", {}).get("name", "")
        lines.append((str(title), int(line.get("quantity", 1)), int(price["unit_amount"])))
    if form.get("mode") != "payment" or not lines or "success_url" not in form:
        raise Refusal("missing_parameter", "mode, line_items and success_url are required")
    checkout = till.ledger.open_checkout(
        "stripe",
        shop_order=str(form.get("client_reference_id", "")),
        cents=sum(quantity * cents for _, quantity, cents in lines),
        lines=tuple(lines),
        return_url=form["success_url"],
        cancel_url=form.get("cancel_url", form["success_url"]),
        idempotency=key,
    )
    return as_json(shapes.session(checkout, till.page_url(checkout)))


def nested(body: str) -> dict[str, Any]:
    """Read `a[0][b]=c` into nested mappings keyed by text."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *way, last = re.findall(r"[^\[\]]+", name) or [name]
        at = tree
        for step in way:
            at = at.setdefault(step, {})
        at[last] = value
    return tree
