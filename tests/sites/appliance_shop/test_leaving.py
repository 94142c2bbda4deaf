"""An account cannot go while a parcel for it is being packed, and can once it has left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse

from sites.appliance_shop.probes.service import send_parcel
from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import PASSWORD, everything, make_member, make_product
from sites.appliance_shop.probes.till import open_till
from upheld.rights import ErasureBlocked, erase

pytestmark = pytest.mark.django_db
LEAVE = "/privacy/me/delete/"


@pytest.fixture
def bought() -> Any:
    """A member, signed in afresh, and their paid order."""
    user, guest = make_member()
    shopper = Shopper(user)
    with open_till() as till:
        order = shopper.bought(make_product(), guest, till)
    shopper.post(reverse("upheld:fresh"), {"password": PASSWORD, "next": LEAVE})
    return shopper, user, order


def exists(user: Any) -> bool:
    with everything():
        return bool(get_user_model().objects.filter(pk=user.pk).exists())


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_refuses_while_an_order_is_packed(bought: Any, method: str) -> None:
    shopper, user, order = bought
    answer = getattr(shopper, method)(LEAVE, {"sure": "on"})
    assert answer.status_code == 409
    assert f"We are packing your order {order.number}" in answer.content.decode()
    assert exists(user)


def test_the_engine_refuses_as_well(bought: Any) -> None:
    _, user, order = bought
    with pytest.raises(ErasureBlocked, match=f"packing your order {order.number}"):
        erase(f"member:{user.pk}", ground="a test")
    assert exists(user)


def test_the_page_works_after_dispatch(bought: Any) -> None:
    shopper, user, order = bought
    send_parcel(order)
    page = shopper.get(LEAVE)
    assert page.status_code == 200
    answer = shopper.post(LEAVE, {"sure": "on"})
    assert answer.status_code == 302, answer.content.decode()
    receipt = shopper.get(answer.headers["Location"]).content.decode()
    assert "Records of a sale that the tax office may ask for" in receipt
    with everything():
        left = get_user_model().objects.get(pk=user.pk)  # the shell that the invoice hangs on
        assert (left.email, left.first_name, left.last_name) == ("", "", "")
        assert not left.addresses.exists() and left.password == ""
    again = Shopper().post(
        reverse("customer:login"),
        {"login-username": user.email, "login-password": PASSWORD},
    )
    assert again.status_code == 200, "the account is gone, so nobody signs in to it"


def test_the_mail_for_a_new_password_names_the_shop_and_its_address(settings: Any) -> None:
    _, guest = make_member()
    Shopper().post(reverse("password-reset"), {"email": guest.email})
    (message,) = mail.outbox
    assert "example.com" not in message.body
    assert "your user account at Hearth & Hob." in message.body
    link = re.search(r"https?://\S+", message.body)
    assert link and link[0].startswith(settings.SITE_URL + "/password-reset/confirm/")
