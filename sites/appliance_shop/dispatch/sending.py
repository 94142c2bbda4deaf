"""Sending an order: refused while a mandatory item is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from sites.appliance_shop.dispatch.models import Parcel
from sites.appliance_shop.orders import stock
from sites.appliance_shop.orders.mandatory import missing
from sites.appliance_shop.orders.moving import move
from sites.appliance_shop.orders.status import DISPATCHED
from sites.appliance_shop.servicemail.models import Kind
from sites.appliance_shop.servicemail.queue import queue, queue_again


def announce(order: Any) -> None:
    """Tell the carrier where the parcel goes: through the gate, once this is committed."""
    if not settings.GUARD:
        return
    from sites.appliance_shop.dispatch.feeds import PARCELS
    from upheld.disclosure.gate import queue as hand_over

    hand_over(PARCELS, [order])


class CannotSend(Exception):
    """Mandatory items are missing. `items` names them; the buyer was told."""

    def __init__(self, items: list[str]) -> None:
        super().__init__("missing: " + ", ".join(items))
        self.items = items


@dataclass(frozen=True, slots=True)
class Label:
    """What the carrier gave: its name, the parcel's number, the expected days."""

    carrier: str
    tracking_number: str
    expected_from: date
    expected_to: date


def send_out(order: Any, label: Label) -> Parcel:
    """Note the parcel, take the goods out of stock, mail the buyer; all or nothing.

    Raises `CannotSend`, after queueing a mail that tells the buyer what is missing, and
    `WrongState` when the order is not (or no longer) open.
    """
    items = missing(order.pk)
    if items:
        if "e-mail address" not in items:
            queue_again(order, Kind.DETAILS_MISSING)
        raise CannotSend(items)
    with transaction.atomic():
        move(order, DISPATCHED)
        stock.take_out(order)
        parcel = Parcel.objects.create(
            order=order,
            carrier=label.carrier,
            tracking_number=label.tracking_number,
            expected_from=label.expected_from,
            expected_to=label.expected_to,
        )
        queue(order, Kind.DISPATCHED)
        announce(order)
    return parcel
