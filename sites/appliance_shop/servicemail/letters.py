"""What a service mail says and to whom: plain text and HTML from the same facts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from sites.appliance_shop.orders.guests import guest_link
from sites.appliance_shop.orders.mandatory import missing
from sites.appliance_shop.servicemail.models import Kind, QueuedMail
from upheld.context import purpose

SUBJECTS: dict[str, str] = {
    Kind.PAID: "Your order {number} is paid",
    Kind.GIVEN_UP: "Your order {number} was cancelled",
    Kind.TOO_LATE: "Your payment for order {number} goes back",
    Kind.DETAILS_MISSING: "Your order {number} waits for a detail",
    Kind.DISPATCHED: "Your order {number} is on its way",
    Kind.RETURN_ASKED: "We have your return request for order {number}",
    Kind.RETURN_ACCEPTED: "Your return for order {number} is confirmed",
    Kind.RETURN_REFUSED: "Your return request for order {number}",
    Kind.RETURN_RECEIVED: "Your return for order {number} has arrived",
    Kind.REFUNDED: "Your refund for order {number} is paid",
    Kind.REFUND_FAILED: "Your refund for order {number} is delayed",
}


def letter(mail: QueuedMail) -> EmailMultiAlternatives | None:
    """Build the message; None when the order has no address left to write to."""
    order: Any = mail.order
    if not order.email:
        return None
    facts = _facts(mail)
    message = EmailMultiAlternatives(
        subject=SUBJECTS[mail.kind].format(number=order.number),
        body=render_to_string(f"servicemail/{mail.kind}.txt", facts),
        to=[order.email],
    )
    message.attach_alternative(
        render_to_string(f"servicemail/{mail.kind}.html", facts), "text/html"
    )
    return message


def _facts(mail: QueuedMail) -> dict[str, Any]:
    order: Any = mail.order
    member = order.user_id is not None
    path = reverse("orders:detail", args=[order.number]) if member else guest_link(order.number)
    address = order.shipping_address
    facts: dict[str, Any] = {
        "order": order,
        "name": f"{address.first_name} {address.last_name}".strip() if address else "",
        "address": address,
        "lines": list(order.lines.all()),
        "order_url": settings.SITE_URL + path,
        "site_url": settings.SITE_URL,
    }
    if mail.kind == Kind.DISPATCHED:
        facts["parcel"] = order.parcel
    if mail.kind == Kind.DETAILS_MISSING:
        facts["missing"] = missing(order.pk)
    if mail.about:
        # The desk's words to the buyer are the case's content, which mail work alone may not read.
        with purpose("after_sales", subject=None):
            facts["case"] = order.returns.get(pk=mail.about)
    return facts
