"""Sending the buyer to the provider's page, the first time and again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from sites.appliance_shop.orders.status import PENDING
from sites.appliance_shop.settlement.models import Outcome, Payment
from sites.appliance_shop.settlement.settle import SETTLER, look_again
from sites.payments.chosen import provider
from sites.payments.seam import Bill, Line
from upheld.context import acting_for, current, purpose


class NotPayable(Exception):
    """The order is paid, sent or given up: there is nothing to pay."""


def bill_for(number: str, payment: Payment) -> Bill:
    """Return the bill of one attempt: always the same, so asking twice opens one page."""
    back = settings.SITE_URL + reverse("checkout:return", args=[number])
    return Bill(
        order=number,
        # The provider learns the number and the amount; what was bought is not its affair.
        lines=(Line(f"Order {number}", 1, payment.cents),),
        return_url=back,
        cancel_url=back,
        key=f"{number}-{payment.attempt}",
    )


def hosted_page(order: Any) -> str:
    """Return the address of the page where `order` is paid.

    The page that is still open is used again. Raises `NotPayable` and `PaymentError`.
    """
    buyer = current().subject
    with purpose("settlement", actor=SETTLER, subject=None):
        payment = order.payments.order_by("-attempt").first()
        if payment is not None and payment.outcome == Outcome.OPEN:
            look_again(payment)
            payment.refresh_from_db()
        order.refresh_from_db(fields=["status"])
        if payment is None or order.status != PENDING or payment.outcome == Outcome.SUCCESS:
            raise NotPayable(order.number)
        if payment.outcome == Outcome.FAILURE:
            payment = _next_attempt(payment)
        bill = bill_for(order.number, payment)
        with acting_for(buyer):  # the log of the hand-over says whose order went
            started = provider(payment.provider).start(bill)
        Payment.objects.filter(pk=payment.pk, reference="").update(reference=started.reference)
        return started.url


def _next_attempt(payment: Payment) -> Payment:
    with transaction.atomic():
        following, _ = Payment.objects.get_or_create(
            order_id=payment.order_id,
            attempt=payment.attempt + 1,
            defaults={
                "provider": provider().name,
                "cents": payment.cents,
            },
        )
    return following
