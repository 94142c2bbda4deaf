"""Applying what the provider answered, exactly once.

Safety: everything that can settle a payment (a notification, the browser's return, the
sweep) comes here with a `Result` fetched from the provider, in any order and any number of
times. The payment's row is locked first; a success already written is never written again;
the order's state, its stock, the mail and a refund that becomes necessary are committed
with it. Success is final. Failure is not: the provider may still take the money of a page
that the shop had given up, and then that money is settled or given back.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from sites.appliance_shop.orders import stock
from sites.appliance_shop.orders.moving import move
from sites.appliance_shop.orders.status import CANCELLED, PAID, PENDING
from sites.appliance_shop.servicemail.models import Kind
from sites.appliance_shop.servicemail.queue import queue
from sites.appliance_shop.settlement import refunds
from sites.appliance_shop.settlement.models import Outcome, Payment
from sites.payments.chosen import provider
from sites.payments.models import PaymentNotice
from sites.payments.seam import CURRENCY, Result
from upheld.context import Actor, purpose

Verdict = PaymentNotice.Verdict
SETTLER = Actor("system", "system:settlement")
logger = logging.getLogger("sites.settlement")


def settle(provider_name: str, result: Result) -> PaymentNotice.Verdict:
    """Write down what became of a payment and carry out what follows from it."""
    with purpose("settlement", actor=SETTLER, subject=None), transaction.atomic():
        payment = _payment(provider_name, result)
        if payment is None:
            return Verdict.NOT_OURS
        if result.outcome == "open":
            return Verdict.NOTHING_NEW
        if result.outcome == "failure":
            return _fail(payment)
        if (result.order, result.cents, result.currency) != (
            payment.order.number,
            payment.cents,
            CURRENCY,
        ):
            logger.error("payment %s: order, amount or currency is not ours", payment.pk)
            return Verdict.MISMATCH
        if payment.outcome == Outcome.SUCCESS:
            return Verdict.NOTHING_NEW
        payment.outcome = Outcome.SUCCESS
        payment.payment = result.payment
        payment.settled_at = timezone.now()
        payment.save(update_fields=["reference", "outcome", "payment", "settled_at"])
        _apply(payment)
        return Verdict.SETTLED


def look_again(payment: Payment) -> None:
    """Ask the provider about a payment and settle what it answers. Raises `PaymentError`."""
    if payment.reference:
        settle(payment.provider, provider(payment.provider).result(payment.reference))


def _payment(provider_name: str, result: Result) -> Payment | None:
    """Return the payment, locked; one whose page was opened while the shop died is adopted."""
    payments = Payment.objects.select_for_update(of=("self",)).select_related("order")
    known = payments.filter(provider=provider_name, reference=result.reference).first()
    if known is not None or not result.order:
        return known
    orphan = payments.filter(
        provider=provider_name, reference="", order__number=result.order
    ).first()
    if orphan is not None:
        orphan.reference = result.reference
        orphan.save(update_fields=["reference"])
    return orphan


def _fail(payment: Payment) -> PaymentNotice.Verdict:
    if payment.outcome != Outcome.OPEN:
        return Verdict.NOTHING_NEW
    payment.outcome = Outcome.FAILURE
    payment.settled_at = timezone.now()
    payment.save(update_fields=["reference", "outcome", "settled_at"])
    return Verdict.SETTLED


def _apply(payment: Payment) -> None:
    order: Any = payment.order
    paid_before = order.payments.filter(outcome=Outcome.SUCCESS).exclude(pk=payment.pk).exists()
    if paid_before:
        refunds.ask(payment, payment.cents, key=f"twice-{payment.pk}")
        return
    if order.status == CANCELLED:
        try:
            with transaction.atomic():
                stock.keep(order)
        except stock.SoldOut:
            refunds.ask(payment, payment.cents, key=f"late-{payment.pk}")
            queue(order, Kind.TOO_LATE)
            return
    if order.status in (PENDING, CANCELLED):
        move(order, PAID)
        queue(order, Kind.PAID)
