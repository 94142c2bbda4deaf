"""Seri Rack's invented people and staff."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Final

from sites.enquiries.models import Enquiry, Feedback
from sites.frame.samples.inventing import BORNEO, Clerk, Person, Samples, Tell
from sites.goods.models import Product
from sites.goods.stocking import stock
from sites.hardware_shop.customers.models import Customer

KINDS: Final = ("Trading", "Clinic", "School", "Engineering", "Stationers", "Hotel")
ROADS: Final = ("Jalan Melati", "Jalan Kenanga", "Simpang Tiga", "Lorong Pinang", "Jalan Tasik")
QUESTIONS: Final = (
    "Does it come through a door of 80 centimetres?",
    "We have eleven of the old ones. Do the rails fit?",
    "Can it be had in green, and how long would that take?",
    "How loud is it really? It would stand beside a desk.",
)


def furnish(tell: Tell) -> None:
    """Put the price list in."""
    tell(f"products: {stock(Path(__file__).with_name('price_list.yaml'))}")


def live(chance: Random, user: Any, person: Person, shown: bool) -> None:
    """Give one customer a card and perhaps a question or feedback."""
    firm = shown or chance.random() < 0.4
    Customer.objects.create(
        user=user,
        phone=f"+673 222 {chance.randrange(1000, 9999)}",
        postal_address=f"{chance.randrange(1, 90)} {chance.choice(ROADS)}\nBandar Seri Begawan",
        organisation=f"{person.last} {chance.choice(KINDS)}" if firm else "",
        organisation_number=f"P{chance.randrange(10**7):08d}" if firm else "",
    )
    if shown or chance.random() < 0.15:
        Enquiry.objects.create(
            user=user, topic="product", about=chance.choice(list(Product.objects.all())).title,
            name=person.first, email=person.email, words=chance.choice(QUESTIONS),
        )  # fmt: skip
    if chance.random() < 0.1:
        Feedback.objects.create(user=user, theme="delivery", mark=chance.randrange(3, 6))


def agree(chance: Random, shown: bool) -> tuple[str, ...]:
    """Marketing goes to whoever opted in."""
    return ("marketing",) if chance.random() < 0.3 else ()


SAMPLES = Samples(
    password="serirack-demo-1",  # noqa: S106 - the demo prints it on purpose
    member=("Melur", ""),
    names=BORNEO,
    clerks=(
        Clerk("support", "support", "Kasih", "Lembayung", "questions, calls and letters"),
        Clerk("sales", "sales", "Iskandar", "Damarlaut", "orders and customers"),
        Clerk("dispatch", "dispatch", "Rafiq", "Telukdalam", "addresses to deliver to"),
        Clerk("marketing", "marketing", "Yasmin", "Pelangi", "no names at all"),
        Clerk("operations", "operations", "Wei", "Sinarpagi", "speed and security", True),
        Clerk("privacy", "dpo", "Intan", "Rimbunan", "privacy requests", True),
    ),
    furnish=furnish,
    live=live,
    agree=agree,
)
