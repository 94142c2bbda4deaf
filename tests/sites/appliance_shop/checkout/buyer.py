"""A buyer at the shop's doors: Django's test client with the steps of checkout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client, TestCase
from django.urls import reverse
from oscar.core.loading import get_model

from tests.sites.provider_process import Letter
from upheld.context import Actor, purpose

ADDRESS = {
    "first_name": "Marisol",
    "last_name": "Quennell",
    "line1": "14 Tallow Lane",
    "line4": "Burlington",
    "state": "VT",
    "postcode": "05401",
    "phone_number": "+1 802 555 0142",
    "notes": "Please ring twice",
}
GUEST = "marisol.quennell@post.example"


@contextmanager
def everything() -> Iterator[None]:
    """Look at the database as the engine's own upkeep does: all columns, all rows."""
    with purpose("upkeep", actor=Actor("system", "system:test"), subject=None):
        yield


class Caller(Client):
    """A client whose requests end as on a server: what waits for the commit then runs."""

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)

    def force_login(self, user: Any, backend: str | None = None) -> None:
        """Sign in without a request; the shop's own sign-in runs for authentication too."""
        with purpose("authentication", actor=Actor("system", "system:test")):
            super().force_login(user, backend)


class Buyer(Caller):
    """Steps through checkout; each step asserts that it was taken."""

    def put_into_basket(self, product: Any, quantity: int = 1) -> None:
        answer = self.post(reverse("basket:add", args=[product.pk]), {"quantity": quantity})
        assert answer.status_code == 302, answer.content

    def say_who(self, email: str = GUEST) -> HttpResponse:
        return self.post(reverse("checkout:index"), {"email": email, "email_again": email})

    def say_where(self, **changed: str) -> HttpResponse:
        return self.post(reverse("checkout:shipping-address"), ADDRESS | changed)

    def say_how(self, method: str = "standard") -> HttpResponse:
        return self.post(reverse("checkout:shipping-method"), {"method_code": method})

    def walk_to_review(self, product: Any, quantity: int = 1, *, email: str = GUEST) -> Any:
        """Fill a basket and go through every step; returns the review page."""
        self.put_into_basket(product, quantity)
        if "_auth_user_id" not in self.session:
            assert self.say_who(email).status_code == 302
        answer = self.say_where()
        assert answer.status_code == 302, answer.content.decode()
        assert self.say_how().status_code == 302
        review = self.get(reverse("checkout:preview"))
        assert review.status_code == 200, review.headers
        return review

    def press_pay(self, review: Any) -> Any:
        total = review.context["order_total"].incl_tax
        return self.post(reverse("checkout:pay"), {"total": str(total)})

    def order(self, product: Any, quantity: int = 1, *, email: str = GUEST) -> tuple[Any, str]:
        """Place an order; returns it and the address of the hosted page."""
        answer = self.press_pay(self.walk_to_review(product, quantity, email=email))
        assert answer.status_code == 302, answer.content
        url = answer.headers["Location"]
        assert "/pay/" in url, url
        return latest_order(), url

    def come_back(self, url: str) -> Any:
        """Follow the provider's redirect to the shop, and the shop's own after it."""
        return self.get(url.split("testserver", 1)[1], follow=True)

    def deliver(self, letter: Letter) -> Any:
        """Hand a notification to the shop as the provider would."""
        headers = {k: v for k, v in letter.headers.items() if k.lower() not in _HOP}
        return self.post(
            f"/payments/notices/{letter.wire}/",
            data=letter.body,
            content_type="application/json",
            headers=headers,
        )


_HOP = {"host", "content-length", "content-type", "connection", "accept-encoding"}


def latest_order() -> Any:
    with everything():
        return get_model("order", "Order").objects.latest("pk")


def fresh(row: Any) -> Any:
    """Return a row as it stands in the database now."""
    with everything():
        return type(row).objects.get(pk=row.pk)


def make_goods() -> dict[str, Any]:
    """Make two products, a country and a partner; returns them by short name."""
    with everything():
        get_model("address", "Country").objects.get_or_create(
            iso_3166_1_a2="US",
            defaults={
                "printable_name": "United States",
                "name": "United States of America",
                "is_shipping_country": True,
            },
        )
        kind = get_model("catalogue", "ProductClass").objects.create(name="Appliance")
        partner = get_model("partner", "Partner").objects.create(name="House", code="house")
        goods = {}
        for name, price, stock in (("Kettle", "49.00", 5), ("Range cooker", "1299.00", 2)):
            product = get_model("catalogue", "Product").objects.create(
                title=name, product_class=kind, structure="standalone", upc=name
            )
            get_model("partner", "StockRecord").objects.create(
                product=product,
                partner=partner,
                partner_sku=name,
                price_currency="USD",
                price=Decimal(price),
                num_in_stock=stock,
            )
            goods[name.split()[-1].lower()] = product
        return goods


def stock_of(product: Any) -> tuple[int, int]:
    """Return (pieces in the house, pieces kept for orders)."""
    with everything():
        record = get_model("partner", "StockRecord").objects.get(product=product)
        return record.num_in_stock, record.num_allocated or 0


def make_member(email: str = "odile.ferrant@post.example") -> User:
    with everything():
        return User.objects.create_user(
            username=email, email=email, password="a long sentence", first_name="Odile",
            last_name="Ferrant",
        )  # fmt: skip


def make_staff(post: str) -> User:
    with everything():
        person = User.objects.create_user(
            username=post, email=f"{post}@hearthandhob.example", password="a long sentence",
            is_staff=True,
        )  # fmt: skip
        person.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
        return person
