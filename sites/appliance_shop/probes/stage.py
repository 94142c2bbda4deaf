"""What a probe needs on stage: goods, members, staff, and eyes that see the whole database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from oscar.core.loading import get_model

from sites.appliance_shop.members.joining import Joining, join
from upheld.context import Actor, purpose

SYSTEM = Actor("system", "system:prove")
PASSWORD = "plum-kettle-at-noon-7"  # noqa: S105 - of people who never existed


def canary() -> str:
    """Return a word that stands nowhere else."""
    return "Zq" + "".join(secrets.choice("abcdefghjkmnopqrstuvwxyz") for _ in range(12))


@contextmanager
def everything() -> Iterator[None]:
    """See all rows and columns, as the engine's own upkeep does."""
    with purpose("upkeep", actor=SYSTEM, place="probe"):
        yield


@dataclass
class Guest:
    """Mandatory data of somebody who never existed; every value can be told again."""

    first_name: str = field(default_factory=canary)
    last_name: str = field(default_factory=canary)
    line1: str = field(default_factory=lambda: f"{secrets.randbelow(900) + 1} {canary()} Lane")
    line4: str = field(default_factory=canary)
    state: str = "VT"
    postcode: str = "05401"
    phone_number: str = field(default_factory=lambda: f"+1802555{secrets.randbelow(10_000):04d}")
    email: str = field(default_factory=lambda: f"{canary().lower()}@synthetic.example")

    def delivery(self) -> dict[str, str]:
        """The delivery step's fields."""
        return {
            name: getattr(self, name)
            for name in (
                "first_name",
                "last_name",
                "line1",
                "line4",
                "state",
                "postcode",
                "phone_number",
            )
        }

    def registration(self) -> dict[str, str]:
        """The registration form's fields."""
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "email_again": self.email,
            "mobile": self.phone_number,
            "line1": self.line1,
            "city": self.line4,
            "state": self.state,
            "postcode": self.postcode,
            "password1": PASSWORD,
            "password2": PASSWORD,
        }


def make_member(guest: Guest | None = None) -> tuple[Any, Guest]:
    """Let somebody join; returns the account and what they gave."""
    given = guest or Guest()
    _country()
    user = join(
        Joining(
            first_name=given.first_name,
            last_name=given.last_name,
            email=given.email,
            mobile=given.phone_number,
            line1=given.line1,
            line2="",
            city=given.line4,
            state=given.state,
            postcode=given.postcode,
            password=PASSWORD,
        )
    )
    return user, given


def make_clerk(*posts: str) -> Any:
    """Make a member of staff who holds `posts`."""
    name = canary().lower()
    with everything():
        clerk = get_user_model().objects.create_user(
            username=name, email=f"{name}@synthetic.example", password=PASSWORD, is_staff=True
        )
        for post in posts:
            clerk.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    return clerk


def make_product(price: str = "49.00", *, stock: int = 5, currency: str = "USD") -> Any:
    """Put one product on the shelf."""
    name = canary()
    with everything():
        _country()
        kind, _ = get_model("catalogue", "ProductClass").objects.get_or_create(name="Appliance")
        partner, _ = get_model("partner", "Partner").objects.get_or_create(
            code="probe", defaults={"name": "Probe"}
        )
        product = get_model("catalogue", "Product").objects.create(
            title=name, slug=name.lower(), product_class=kind, structure="standalone", upc=name
        )
        get_model("partner", "StockRecord").objects.create(
            product=product,
            partner=partner,
            partner_sku=name,
            price_currency=currency,
            price=Decimal(price),
            num_in_stock=stock,
        )
    return product


def fresh(row: Any) -> Any:
    """Return a row as it stands in the database now."""
    with everything():
        return type(row)._base_manager.get(pk=row.pk)


def _country() -> None:
    with everything():
        get_model("address", "Country").objects.get_or_create(
            iso_3166_1_a2="US",
            defaults={
                "printable_name": "United States",
                "name": "United States of America",
                "is_shipping_country": True,
            },
        )
