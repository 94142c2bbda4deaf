"""A guest of the shop sees the order of this visit, whatever a page asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from oscar.core.loading import get_model

from upheld.context import Actor, Context, entered
from upheld.errors import PurposeError
from upheld.guard.middleware import UpheldMiddleware
from upheld.guard.sessions import SessionStore

GUEST = "marisol@post.example"
Order = get_model("order", "Order")
OrderNote = get_model("order", "OrderNote")
ShippingAddress = get_model("order", "ShippingAddress")
Country = get_model("address", "Country")


def by_hand() -> Any:
    return entered(Context("upkeep", Actor("system", "system:test"), None, "test"))


def within(session: Any, view: Callable[[], Any]) -> Any:
    """What `view` gives within a visitor's request for the purpose `own`."""
    seen: list[Any] = []

    def answer(request: Any) -> HttpResponse:
        with transaction.atomic():
            seen.append(view())
        return HttpResponse("ok")

    request: Any = RequestFactory().get(reverse("checkout:index"))
    request.user, request.session = AnonymousUser(), session
    UpheldMiddleware(answer)(request)
    session.save()
    return seen[0]


def placed(number: str, **more: Any) -> Any:
    address = ShippingAddress.objects.create(
        line1=f"{number} Lane", country=Country.objects.get(pk="US"), **more
    )
    return Order.objects.create(
        number=number, guest_email=GUEST, currency="USD", shipping_address=address,
        total_incl_tax=5, total_excl_tax=5, shipping_incl_tax=0, shipping_excl_tax=0,
    )  # fmt: skip


@pytest.fixture
def earlier(db: None) -> Any:
    with by_hand():
        Country.objects.get_or_create(
            pk="US", defaults={"name": "United States", "printable_name": "United States"}
        )
        order = placed("HH-EARLIER")
        OrderNote.objects.create(order=order, message="please ring twice")
    return order


def lines() -> set[str]:
    return {address.line1 for address in ShippingAddress.objects.all()}


def test_what_hangs_on_the_fresh_order_is_there(earlier: Any) -> None:
    session = SessionStore()

    def place() -> Any:
        order = placed("HH-FRESH")
        OrderNote.objects.create(order=order, message="leave it at the door")
        return lines()

    assert within(session, place) == {"HH-FRESH Lane"}
    assert within(session, lines) == {"HH-FRESH Lane"}
    assert within(session, lambda: OrderNote.objects.get().message) == "leave it at the door"
    assert within(session, lambda: Order.objects.get().email) == GUEST
    assert within(SessionStore(), lines) == set()


def test_nothing_can_be_hung_on_an_earlier_order(earlier: Any) -> None:
    session = SessionStore()
    within(session, lambda: placed("HH-FRESH"))
    with pytest.raises(PurposeError) as refused:
        within(session, lambda: OrderNote.objects.create(order_id=earlier.pk, message="mine"))
    assert str(refused.value).startswith(
        "a row of `order.OrderNote` may only be written for the person acted for under the purpose"
    )


def test_the_address_of_an_earlier_order_cannot_be_taken(earlier: Any) -> None:
    def take() -> Any:
        return Order.objects.create(
            number="HH-TAKE", guest_email=GUEST, currency="USD", total_incl_tax=5,
            total_excl_tax=5, shipping_address_id=earlier.shipping_address_id,
        )  # fmt: skip

    session = SessionStore()
    within(session, lambda: placed("HH-FRESH"))
    for visit in (session, SessionStore()):
        with pytest.raises(PurposeError):
            within(visit, take)
        assert "HH-EARLIER Lane" not in within(visit, lines)
    with pytest.raises(PurposeError):
        within(
            session,
            lambda: Order.objects.update(shipping_address_id=earlier.shipping_address_id),
        )
