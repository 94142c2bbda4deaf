"""A buyer asks to send something back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sites.appliance_shop.aftersales.models import CLOSED, ReturnCase, ReturnLine, State
from sites.appliance_shop.orders.status import DISPATCHED
from sites.appliance_shop.servicemail.models import Kind
from sites.appliance_shop.servicemail.queue import queue

WINDOW = timedelta(days=30 + 5)
"""30 days after the goods arrived, and 5 for them to arrive."""


class CannotReturn(Exception):
    """The order (or that many pieces) cannot come back. The text is for the buyer."""


def returnable(order: Any) -> dict[int, int]:
    """Return how many pieces of each line (by key) may still come back."""
    returned: dict[int, int] = {}
    taken = ReturnLine.objects.filter(case__order=order).exclude(case__state=State.REFUSED)
    for key, quantity in taken.values_list("line_id", "quantity"):
        returned[key] = returned.get(key, 0) + quantity
    return {line.pk: line.quantity - returned.get(line.pk, 0) for line in order.lines.all()}


def ask(order: Any, pieces: dict[int, int], *, reason: str, words: str) -> ReturnCase:
    """Open a case for `pieces` (line key -> quantity) and mail the buyer.

    Raises `CannotReturn`.
    """
    with transaction.atomic():
        orders = type(order).objects.select_for_update(of=("self",))
        status = orders.values_list("status", flat=True).get(pk=order.pk)
        if status != DISPATCHED:
            raise CannotReturn("Only an order that was sent can come back.")
        if order.parcel.sent_at + WINDOW < timezone.now() and reason == "mind":
            raise CannotReturn("The 30 days to change your mind are over.")
        if order.returns.exclude(state__in=CLOSED).exists():
            raise CannotReturn("There is an open return for this order already.")
        free = returnable(order)
        wanted = {key: count for key, count in pieces.items() if count}
        if not wanted or any(not 0 < n <= free.get(key, 0) for key, n in wanted.items()):
            raise CannotReturn("Choose what you send back, no more than you bought.")
        case = ReturnCase.objects.create(order=order, reason=reason, words=words)
        for key, count in sorted(wanted.items()):
            ReturnLine.objects.create(case=case, line_id=key, quantity=count)
        queue(order, Kind.RETURN_ASKED, case.pk)
    return case
