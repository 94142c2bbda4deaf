"""Placing an order, before anybody pays.

Safety: the order, its address, its kept stock and its open payment are committed together,
*before* the browser leaves for the provider. Whatever dies after that, the order is there
to be settled by the notification, the browser's return or the sweep; it cannot be lost.
It cannot be doubled either: its number was chosen when the review page was shown and is
unique, and the basket is closed in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from oscar.apps.order.utils import OrderCreator
from oscar.core.loading import get_model

from sites.appliance_shop.orders import stock
from sites.appliance_shop.orders.status import PENDING
from sites.appliance_shop.settlement.models import Payment


class BasketGone(Exception):
    """The basket was ordered, emptied or merged by another request meanwhile."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything an order is made of. `email` is set for guests only."""

    number: str
    basket: Any
    address: Any
    method: Any
    charge: Any
    total: Any
    user: Any = None
    email: str = ""


def place(wanted: Wanted, provider: str, request: Any) -> Any:
    """Place the order and return it; the same number gives the same order.

    Raises `stock.SoldOut` and `BasketGone`; then nothing was written.
    """
    try:
        with transaction.atomic():
            return _place(wanted, provider, request)
    except IntegrityError:
        found = _placed(wanted.number)  # another request with this number was faster
        if found is None:
            raise
        return found


def _placed(number: str) -> Any | None:
    return get_model("order", "Order").objects.filter(number=number).first()


def _place(wanted: Wanted, provider: str, request: Any) -> Any:
    found = _placed(wanted.number)
    if found is not None:
        return found
    basket = wanted.basket
    baskets = get_model("basket", "Basket").objects.select_for_update()
    if not baskets.filter(pk=basket.pk, status="Open").exists() or basket.is_empty:
        raise BasketGone(wanted.number)
    pieces: dict[int, tuple[int, str]] = {}
    for line in basket.all_lines():
        before, _ = pieces.get(line.stockrecord_id, (0, ""))
        pieces[line.stockrecord_id] = (before + line.quantity, line.product.get_title())
    stock.lock(pieces)
    wanted.address.save()
    order = OrderCreator().place_order(
        basket=basket,
        total=wanted.total,
        shipping_method=wanted.method,
        shipping_charge=wanted.charge,
        user=wanted.user,
        shipping_address=wanted.address,
        order_number=wanted.number,
        status=PENDING,
        request=request,
        **({"guest_email": wanted.email} if wanted.email else {}),
    )
    basket.submit()
    Payment.objects.create(
        order=order, attempt=1, provider=provider, cents=int(wanted.total.incl_tax * 100)
    )
    return order
