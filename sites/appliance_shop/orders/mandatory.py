"""What an order needs before it can be sent, and what of it is missing."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from upheld.context import Actor, purpose

CLERK = Actor("system", "system:mandatory-data")


def missing(key: int) -> list[str]:
    """Return what the order with this key lacks, in plain words; empty = it can be served.

    The mandatory items are the full legal name, the delivery address, a mobile number, an
    e-mail address and a payment that went through. Looked up by the system, so that nobody
    who asks needs to be handed the items themselves.
    """
    found: list[str] = []
    with purpose("order_fulfilment", actor=CLERK, subject=None):
        address = _order(key, "shipping_address").shipping_address
        if address is None:
            found += ["full legal name", "delivery address", "mobile number"]
        else:
            found += _missing_in(address)
    with purpose("service_mail", actor=CLERK, subject=None):
        order = _order(key, "user")
        if not order.email:
            found.append("e-mail address")
        if not order.payments.filter(outcome="success").exists():
            found.append("payment")
    return found


def _order(key: int, related: str) -> Any:
    return get_model("order", "Order").objects.select_related(related).get(pk=key)


def _missing_in(address: Any) -> list[str]:
    found = []
    if not (address.first_name.strip() and address.last_name.strip()):
        found.append("full legal name")
    if not all((value or "").strip() for value in (address.line1, address.line4, address.postcode)):
        found.append("delivery address")
    if not address.phone_number:
        found.append("mobile number")
    return found
