"""Giving money back: asked for in one transaction, carried out after it, repeatable.

The row with its key is committed before the provider is called, and the provider gives
back once for each key: a process that dies in between leaves a row that the sweep carries
out again, and no refund is lost or doubled.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from sites.appliance_shop.settlement.models import Outcome, Payment, Refund
from sites.payments.chosen import provider
from sites.payments.seam import PaymentError, ProviderRefused
from upheld.context import Actor, purpose

CASHIER = Actor("system", "system:refunds")
listeners: list[Callable[[Refund], None]] = []
"""Called inside the transaction that settles a refund; desks add themselves."""


class TooMuch(Exception):
    """More than what is left of the payment."""


def left(payment: Payment) -> int:
    """Return how many cents of a payment can still be given back."""
    given = payment.refunds.exclude(outcome=Outcome.FAILURE).aggregate(sum=Sum("cents"))["sum"]
    return payment.cents - (given or 0)


def ask(payment: Payment, cents: int, *, key: str) -> Refund:
    """Write down that `cents` go back, and carry it out once this is committed.

    The same key is the same refund. Raises `TooMuch`; call inside a transaction.
    """
    found = Refund.objects.filter(key=key).first()
    if found is not None:
        return found
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if not 0 < cents <= left(locked):
        raise TooMuch(f"{cents} cents of {left(locked)}")
    refund = Refund.objects.create(payment=locked, key=key, cents=cents)
    transaction.on_commit(lambda: _try(refund.pk), robust=True)
    return refund


def _try(pk: int) -> None:
    try:
        carry_out(pk)
    except PaymentError:
        return  # the sweep tries again


def carry_out(pk: int) -> None:
    """Have the provider give the money back and note the result.

    Raises `ProviderUnreachable`, which leaves the refund open.
    """
    with purpose("settlement", actor=CASHIER, subject=None):
        refund = Refund.objects.select_related("payment").get(pk=pk)
        if refund.outcome != Outcome.OPEN:
            return
        try:
            done = provider(refund.payment.provider).refund(
                refund.payment.payment, refund.cents, key=f"{refund.payment.payment}-{refund.key}"
            )
            reference, good = done.reference, done.done
        except ProviderRefused:
            reference, good = "", False
        with transaction.atomic():
            refund = Refund.objects.select_for_update().get(pk=pk)
            if refund.outcome != Outcome.OPEN:
                return
            refund.reference = reference
            refund.outcome = Outcome.SUCCESS if good else Outcome.FAILURE
            refund.settled_at = timezone.now()
            refund.save(update_fields=["reference", "outcome", "settled_at"])
            for listener in listeners:
                listener(refund)
