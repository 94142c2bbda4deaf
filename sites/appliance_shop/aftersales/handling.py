"""The desk's four answers to a case: accept, refuse, goods received, refund.

Each is allowed in one state only, changes it under a lock and mails the buyer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from sites.appliance_shop.aftersales.models import ReturnCase, State
from sites.appliance_shop.orders.moving import WrongState, move
from sites.appliance_shop.orders.status import DISPATCHED, REFUNDED
from sites.appliance_shop.servicemail.models import Kind
from sites.appliance_shop.servicemail.queue import queue, queue_again
from sites.appliance_shop.settlement import refunds
from sites.appliance_shop.settlement.models import Outcome, Refund

KEY = "return-"


def value(case: ReturnCase) -> int:
    """Return what the returned pieces were paid with, in cents."""
    total = 0
    for part in case.lines.select_related("line"):
        line: Any = part.line
        total += round(line.line_price_incl_tax * 100 * part.quantity / line.quantity)
    return total


def accept(pk: int, answer: str) -> None:
    """Confirm the return: the buyer may send the goods."""
    with _moving(pk, State.ASKED, State.ACCEPTED, answer) as case:
        queue(case.order, Kind.RETURN_ACCEPTED, case.pk)


def refuse(pk: int, answer: str) -> None:
    """Refuse the return with a reason; the case is closed."""
    with _moving(pk, State.ASKED, State.REFUSED, answer) as case:
        queue(case.order, Kind.RETURN_REFUSED, case.pk)


def receive(pk: int, answer: str) -> None:
    """The goods are back."""
    with _moving(pk, State.ACCEPTED, State.RECEIVED, answer) as case:
        queue(case.order, Kind.RETURN_RECEIVED, case.pk)


def refund(pk: int, cents: int) -> None:
    """Give `cents` back through the provider; the case closes when the provider has done it.

    Raises `TooMuch` when more than what is left of the payment is asked.
    """
    with _moving(pk, State.RECEIVED, State.REFUNDING, "") as case:
        paid = case.order.payments.filter(outcome=Outcome.SUCCESS)
        payment = max(paid, key=refunds.left)  # another one may have been given back already
        case.cents = cents
        case.save(update_fields=["cents", "changed_at"])
        tries = Refund.objects.filter(key__startswith=f"{KEY}{case.pk}-").count()
        refunds.ask(payment, cents, key=f"{KEY}{case.pk}-{tries + 1}")


@contextmanager
def _moving(pk: int, left: State, to: State, answer: str) -> Iterator[ReturnCase]:
    with transaction.atomic():
        cases = ReturnCase.objects.select_for_update(of=("self",)).select_related("order")
        case = cases.get(pk=pk)
        if case.state != left:
            raise WrongState(f"this case is `{case.get_state_display()}`")
        case.state = to
        if answer:
            case.answer = answer
        if to == State.REFUSED:
            case.closed_at = timezone.now()
        case.save(update_fields=["state", "answer", "closed_at", "changed_at"])
        yield case


def refund_settled(refund: Refund) -> None:
    """Close the case of a refund, or put it back so that the desk can try again."""
    if not refund.key.startswith(KEY):
        return
    pk = int(refund.key.removeprefix(KEY).split("-")[0])
    case = ReturnCase.objects.select_related("order").get(pk=pk)
    if refund.outcome != Outcome.SUCCESS:
        ReturnCase.objects.filter(pk=pk, state=State.REFUNDING).update(state=State.RECEIVED)
        queue_again(case.order, Kind.REFUND_FAILED, pk)
        return
    closed = ReturnCase.objects.filter(pk=pk, state=State.REFUNDING).update(
        state=State.REFUNDED, closed_at=timezone.now()
    )
    if closed:
        queue(case.order, Kind.REFUNDED, pk)
        payment = refund.payment
        order: Any = case.order
        if refunds.left(payment) == 0 and order.status == DISPATCHED:
            move(order, REFUNDED)
