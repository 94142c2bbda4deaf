"""Somebody at the shop's doors: Django's test client with the steps of buying."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.orders.guests import guest_link
from sites.appliance_shop.probes.stage import SYSTEM, Guest, everything
from sites.appliance_shop.probes.till import PAGES, Till
from sites.appliance_shop.servicemail.models import QueuedMail
from sites.appliance_shop.servicemail.queue import send
from upheld.context import purpose
from upheld.pages import second_factor
from upheld.proving.registry import must

TOTAL = re.compile(r'name="total" value="([^"]+)"')


class Shopper(Client):
    """A browser of one person. `buyer` is who they say they are at checkout."""

    def __init__(self, user: Any = None, **given: Any) -> None:
        at = urlsplit(settings.SITE_URL)
        super().__init__(SERVER_NAME=at.hostname or "localhost", **given)
        self.defaults["wsgi.url_scheme"] = at.scheme
        self.user = user
        if user is not None:
            with purpose("authentication", actor=SYSTEM):
                self.force_login(user)

    def show_factor(self) -> None:
        """Count as one who has just shown the second factor."""
        session = self.session
        session[second_factor.SESSION_KEY] = time.time()
        session.save()

    def text(self, path: str) -> str:
        """Return a page's text. Raises `Broken` when it does not open."""
        answer = self.get(path)
        must(answer.status_code == 200, f"`{path}` answers {answer.status_code}")
        return answer.content.decode()

    def fill_basket(self, product: Any) -> None:
        """Put one piece into the basket."""
        answer = self.post(reverse("basket:add", args=[product.pk]), {"quantity": 1})
        must(answer.status_code == 302, f"the basket answers {answer.status_code}")

    def say_who(self, email: str) -> Any:
        return self.post(reverse("checkout:index"), {"email": email, "email_again": email})

    def say_where(self, fields: dict[str, str]) -> Any:
        return self.post(reverse("checkout:shipping-address"), fields)

    def say_how(self) -> Any:
        return self.post(reverse("checkout:shipping-method"), {"method_code": "standard"})

    def press_pay(self) -> Any:
        """Open the review page and press its button; returns the answer of either."""
        review = self.get(reverse("checkout:preview"))
        if review.status_code != 200:
            return review
        total = TOTAL.search(review.content.decode())
        must(total, "the review page names no total")
        return self.post(reverse("checkout:pay"), {"total": total[1] if total else ""})

    def order(self, product: Any, guest: Guest) -> Any:
        """Buy one piece up to the provider's page; returns the order, not paid yet."""
        self.fill_basket(product)
        if self.user is None:
            must(self.say_who(guest.email).status_code == 302, "checkout does not take a guest")
        must(self.say_where(guest.delivery()).status_code == 302, "checkout takes no address")
        must(self.say_how().status_code == 302, "checkout takes no delivery method")
        answer = self.press_pay()
        must(answer.headers.get("Location", "").startswith(PAGES), "paying leads nowhere")
        with everything():
            return get_model("order", "Order").objects.latest("pk")

    def pay(self, order: Any, till: Till) -> None:
        """Pay at the till and come back to the shop."""
        till.decide(reference_of(order), "success")
        self.get(reverse("checkout:return", args=[order.number]))
        deliver_mail(order)

    def bought(self, product: Any, guest: Guest, till: Till) -> Any:
        """Buy and pay one piece; returns the order as it stands."""
        order = self.order(product, guest)
        self.pay(order, till)
        with everything():
            order.refresh_from_db()
        return order


def reference_of(order: Any) -> str:
    """The hosted page of an order's last payment."""
    with everything():
        return str(order.payments.latest("attempt").reference)


def order_page(order: Any) -> str:
    """Where the buyer sees the order."""
    if order.user_id is None:
        return guest_link(order.number)
    return reverse("orders:detail", args=[order.number])


def deliver_mail(order: Any) -> None:
    """Send what waits for an order now: a probe's transaction never commits."""
    with everything():
        waiting = list(QueuedMail.objects.filter(order=order, sent_at=None))
    for mail in waiting:
        send(mail.pk)
