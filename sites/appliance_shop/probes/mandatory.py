"""The mandatory items: asked for where they are needed, and nothing is served without them."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.dispatch.sending import CannotSend, Label, send_out
from sites.appliance_shop.orders.status import PAID
from sites.appliance_shop.probes.shopper import Shopper, deliver_mail
from sites.appliance_shop.probes.stage import (
    Guest,
    everything,
    fresh,
    make_clerk,
    make_product,
)
from sites.appliance_shop.probes.till import open_till
from sites.appliance_shop.settlement.models import Payment
from upheld.context import Actor, purpose
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe

OPTIONAL_FIELDS = {"line2", "notes", "next"}
BROWSING = ("home", "about", "contact", "shipping-policy", "refund-policy", "search:search")
ASKING = re.compile(r'autocomplete="(?:name|given-name|family-name|email|tel|address-[a-z0-9]+)')
"""An input that asks who somebody is or how to reach them."""


@probe(
    "shop.what-we-need",
    rule="collect.registration",
    title="join or buy without one of the mandatory items",
    says=("what-we-need", "where-we-ask"),
)
def what_we_need(ground: Ground) -> Finding:
    tried = 0
    whole = Guest().registration()
    for name in whole:
        tried += 1
        Shopper().post(reverse("customer:register"), whole | {name: ""})
        with everything():
            made = get_user_model().objects.filter(email=whole["email"]).exists()
        must(not made, f"an account was made without `{name}`")
    buyer = Guest()
    with open_till() as till:
        shopper = Shopper()
        shopper.fill_basket(make_product())
        must(shopper.press_pay().status_code == 302, "the review page opens without a buyer")
        must(shopper.say_who("").status_code != 302, "checkout goes on without an e-mail address")
        shopper.say_who(buyer.email)
        must(not till.bills and not _ordered(buyer), "an order was placed without an address")
        for name in buyer.delivery():
            tried += 1
            answer = shopper.say_where(buyer.delivery() | {name: ""})
            must(answer.status_code != 302, f"checkout goes on without `{name}`")
            shopper.press_pay()
            must(not _ordered(buyer), f"an order was placed without `{name}`")
    return Finding("kept", f"{tried} items left out one by one: no account, no order")


@probe(
    "shop.without-them",
    rule="collect.checkout",
    title="send a paid order that lacks a mandatory item",
    says=("without-them",),
)
def without_them(ground: Ground) -> Finding:
    takings: dict[str, Any] = {
        "full legal name": {"first_name": "", "last_name": ""},
        "delivery address": {"line1": ""},
        "mobile number": {"phone_number": ""},
        "payment": None,
        "e-mail address": "",
    }
    label = Label("Northway Parcels", "PROBE-123456", *_next_days())
    clerk = Actor("staff", f"member:{make_clerk('dispatch').pk}", frozenset({"dispatch"}))
    for item, gone in takings.items():
        with open_till() as till:
            order = Shopper().bought(make_product(), Guest(), till)
        must(order.status == PAID, "an order could not be paid for")
        _take_away(order, item, gone)
        try:
            with purpose("order_fulfilment", actor=clerk, place="probe"):
                send_out(order, label)
        except CannotSend as refusal:
            must(item in refusal.items, f"`{item}` is not named as missing")
        except ObjectDoesNotExist:
            # Without the address nobody knows whose a guest's order is, so nobody finds it.
            must(item == "e-mail address", f"the order without `{item}` is gone")
        must(fresh(order).status == PAID, f"an order was sent without `{item}`")
        if item != "e-mail address":
            deliver_mail(order)
            must(item in str(caught()[-1].body), f"the buyer is not told that `{item}` lacks")
    return Finding("kept", f"{len(takings)} items taken away one by one: nothing was sent")


@probe(
    "shop.asked-nowhere-else",
    rule="collect.checkout",
    title="be asked who one is while looking around, choosing or telling tastes",
    says=("where-we-ask",),
)
def asked_nowhere_else(ground: Ground) -> Finding:
    product = make_product()
    paths = [reverse(name) for name in BROWSING] + [product.get_absolute_url()]
    visitor = Shopper()
    for path in (*paths, reverse("upheld:notice"), reverse("upheld:choices")):
        asked = ASKING.search(visitor.text(path))
        must(asked is None, f"`{path}` asks with `{asked and asked[0]}`")
    return Finding("kept", f"{len(paths) + 2} pages ask for nothing")


def _ordered(buyer: Guest) -> bool:
    with everything():
        return bool(get_model("order", "Order").objects.filter(guest_email=buyer.email).exists())


def _take_away(order: Any, item: str, gone: Any) -> None:
    with everything():
        if item == "payment":
            Payment.objects.filter(order=order).update(outcome="failure")
        elif item == "e-mail address":
            type(order).objects.filter(pk=order.pk).update(guest_email="")
        else:
            address = order.shipping_address
            type(address).objects.filter(pk=address.pk).update(**gone)


def _next_days() -> tuple[Any, Any]:
    from datetime import date, timedelta

    return date.today() + timedelta(days=3), date.today() + timedelta(days=5)
