"""What people do in more than one story: register, put something in the basket, check out."""

from __future__ import annotations

import io
import itertools
import re
import secrets
from dataclasses import dataclass

from PIL import Image, ImageDraw

from tests.browser.person import CARD, STRONG, Person

KETTLE = "Dawnby Kettle, Cream"
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Member:
    """Somebody who has registered in a story."""

    email: str
    first: str
    last: str
    mobile: str
    street: str


def somebody() -> Member:
    """An invented person whom no other story meets."""
    number = next(_COUNT)
    return Member(
        f"odile.ferrant.{secrets.token_hex(4)}@post.example",
        "Odile Ann",
        "Ferrant",
        f"+1 802 555 01{number:02d}",
        f"{number} Tallow Lane",
    )


def card() -> bytes:
    """A picture that looks like an identity card."""
    picture = Image.new("RGB", (900, 560), (222, 230, 240))
    ImageDraw.Draw(picture).text((60, 60), "SAMPLE IDENTITY CARD", fill=0)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def register(person: Person, member: Member) -> None:
    """Make an account with everything that is mandatory, and nothing else."""
    person.open("/accounts/register/")
    person.fill(
        first_name=member.first,
        last_name=member.last,
        email=member.email,
        email_again=member.email,
        mobile=member.mobile,
        line1=member.street,
        city="Burlington",
        state="VT",
        postcode="05401",
        password1=STRONG,
        password2=STRONG,
    )
    person.press("Make the account")
    assert "Your account is ready." in person.text()


def put_in_basket(person: Person, title: str = KETTLE) -> None:
    """Search for a product, open it and put it in the basket."""
    person.open("/")
    person.page.get_by_label("Search the shop").fill(title.split(",")[0])
    person.press("Search", exact=True)
    person.follow(title, exact=True)
    person.press("Add to basket")


def check_out(person: Person) -> None:
    """Go from the basket to the provider's page as a member with a saved address."""
    person.open("/basket/")
    person.follow("Check out")
    person.press("Send it here")
    person.press("Go on to review")
    person.press("Order and pay")


def give_guest_details(person: Person, email: str, **changed: str) -> None:
    """Go from the basket to the delivery method without an account."""
    person.open("/basket/")
    person.follow("Check out")
    person.fill(email=email, email_again=email)
    person.press("Go on as a guest")
    details = {
        "first_name": "Marisol",
        "last_name": "Quennell",
        "line1": "14 Tallow Lane",
        "line4": "Burlington",
        "state": "VT",
        "postcode": "05401",
        "phone_number": "+1 802 555 0190",
        "notes": "Please ring twice",
    }
    person.fill(**details | changed)
    person.press("Go on to delivery method")


def buy(person: Person, title: str = KETTLE) -> str:
    """Buy one piece as a member; returns the order's number."""
    put_in_basket(person, title)
    check_out(person)
    person.type_card(CARD)
    return number_on(person)


def number_on(person: Person) -> str:
    """The order number that the page shows."""
    found = re.search(r"HH-[0-9A-Z]{4}-[0-9A-Z]{4}", person.text())
    assert found is not None, person.text()
    return found[0]


def send(clerk: Person, number: str) -> None:
    """Send an order's parcel, as somebody at the dispatch desk."""
    clerk.open(f"/desk/dispatch/{number}/")
    clerk.page.get_by_label("Tracking number").fill("NW-2026-004711")
    clerk.press("Sent: mail the buyer")
    assert f"Order {number} is sent" in clerk.text()
