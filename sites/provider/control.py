"""Doors for tests only: hold, release, repeat, reorder and forge notifications.

Every path starts with `/control/` and wants the account's control key as Bearer token.
"""

from __future__ import annotations

import hmac
import json
import time
from typing import Any

from sites.provider.exchange import Answer, Request, as_json
from sites.provider.ledger import Event
from sites.provider.notices import post, signature
from sites.provider.till import Till


def answer(till: Till, request: Request) -> Answer | None:
    """Answer a control request, None for other paths."""
    if not request.path.startswith("/control/"):
        return None
    expected = f"Bearer {till.account.control_key}"
    given = request.headers.get("authorization", "")
    if request.method != "POST" or not hmac.compare_digest(given.encode(), expected.encode()):
        return as_json({"error": "control key needed"}, 403)
    order: dict[str, Any] = json.loads(request.body or b"{}")
    return as_json(_obey(till, request.path.removeprefix("/control/"), order))


def _obey(till: Till, what: str, order: dict[str, Any]) -> Any:
    if what == "hold":
        till.hold = bool(order["on"])
        return {"hold": till.hold}
    if what == "fail-refunds":
        till.fail_refunds = bool(order["on"])
        return {"fail_refunds": till.fail_refunds}
    if what == "shop":
        till.courier.shop = str(order["url"]).rstrip("/")
        return {"shop": till.courier.shop}
    events = till.ledger.events(shop_order=str(order.get("order", "")))
    if what == "events":
        return [{"id": e.id, "kind": e.kind, "state": e.state, "tries": e.tries} for e in events]
    if what == "release":  # late, and in any order the test wants
        held = [e for e in events if e.state == "held"]
        return [_send(till, e) for e in (reversed(held) if order.get("backwards") else held)]
    if what == "repeat":
        return [_send(till, e) for e in events for _ in range(int(order.get("times", 1)))]
    if what == "forge":
        return [_forge(till, e, order) for e in events]
    return {"error": f"no such control: {what}"}


def _send(till: Till, event: Event) -> dict[str, Any]:
    status = till.courier.deliver(event)
    if 200 <= status < 300:
        till.ledger.mark(event.number, "sent", tried=True)
    return {"id": event.id, "kind": event.kind, "status": status}


def _forge(till: Till, event: Event, order: dict[str, Any]) -> dict[str, Any]:
    """Send a changed body under the old signature, or the true body signed an age ago."""
    body = event.body.encode()
    if order.get("stale"):
        headers = signature(till.account, event.wire, body, at=int(time.time()) - 3600)
    else:
        headers = signature(till.account, event.wire, body)
        body = body.replace(b"HH-", b"HX-") if b"HH-" in body else body + b" "
    status = post(f"{till.courier.shop}/payments/notices/{event.wire}/", body, headers)
    return {"id": event.id, "kind": event.kind, "status": status}
