"""Changing an order's state: one statement, guarded by the state it leaves."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from sites.appliance_shop.orders.status import PIPELINE


class WrongState(Exception):
    """The order is not in a state that leads to the one asked for."""


def move(order: Any, to: str) -> None:
    """Take Oscar's `order` to the state `to` and note the change. Raises `WrongState`.

    The row is written by itself, not through `Order.save`: a purpose that may change the
    state need not be able to write (or even read) the order's other columns. Of two that
    race, the second finds the first's state and is refused.
    """
    order_model = get_model("order", "Order")
    left = order.status
    if to not in PIPELINE.get(left, ()):
        raise WrongState(f"an order that is `{left}` cannot become `{to}`")
    moved = order_model.objects.filter(pk=order.pk, status=left).update(status=to)
    if not moved:
        raise WrongState(f"the order is no longer `{left}`")
    order.status = to
    get_model("order", "OrderStatusChange").objects.create(
        order_id=order.pk, old_status=left, new_status=to
    )
