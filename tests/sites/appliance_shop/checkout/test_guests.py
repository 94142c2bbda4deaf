"""A guest's order page: by the link from the mail, and by nothing else."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.urls import reverse

from sites.appliance_shop.orders.guests import guest_link
from tests.sites.appliance_shop.checkout.buyer import Buyer, Caller, make_member
from tests.sites.provider_process import ProviderProcess


def test_the_link_from_the_mail_opens_the_order(
    buyer: Buyer, shop: Any, provider: ProviderProcess
) -> None:
    _, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    link = next(part for part in mail.outbox[0].body.split() if "/orders/" in part)
    shown = Caller().get(link.split("testserver")[1])
    assert shown.status_code == 200
    assert "Marisol Quennell" in shown.content.decode() and "$56.90" in shown.content.decode()


def test_a_guessed_link_opens_nothing(buyer: Buyer, shop: Any) -> None:
    order, _ = buyer.order(shop["kettle"])
    for key in ("x", "0" * 43, guest_link("HH-ELSE-ELSE").split("/")[-2]):
        assert Caller().get(f"/orders/{order.number}/{key}/").status_code == 404
    assert Caller().get(guest_link("HH-ELSE-ELSE")).status_code == 404


def test_a_members_order_has_no_such_link(buyer: Buyer, shop: Any) -> None:
    buyer.force_login(make_member())
    order, _ = buyer.order(shop["kettle"])
    assert Caller().get(guest_link(order.number)).status_code == 404


def test_a_visitor_is_sent_to_sign_in(buyer: Buyer, shop: Any) -> None:
    order, _ = buyer.order(shop["kettle"])
    for path in (reverse("orders:list"), reverse("orders:detail", args=[order.number])):
        assert Caller().get(path).status_code == 302
