"""Pintas Software's invented people and staff."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, Final

from sites.enquiries.models import Enquiry, Feedback
from sites.frame.samples.inventing import BORNEO, Clerk, Person, Samples, Tell
from sites.goods.stocking import stock
from sites.software_shop.buyers.models import Buyer

ROADS: Final = ("Jalan Cempaka", "Jalan Mawar", "Lorong Anggerik", "Jalan Bukit", "Persiaran Tasik")
QUESTIONS: Final = (
    ("technical", "The key works on the old computer but not on the new one. What did I forget?"),
    ("billing", "The bill names our former office. Could you write a new one?"),
    ("complaint", "The update of last week moved the button that I use a hundred times a day."),
    ("sales", "We are nine people in two offices. Which licence do we need?"),
)


def furnish(tell: Tell) -> None:
    """Put the price list in."""
    tell(f"programs: {stock(Path(__file__).with_name('price_list.yaml'))}")


def live(chance: Random, user: Any, person: Person, shown: bool) -> None:
    """Give one buyer a card and perhaps a question."""
    road = f"{chance.randrange(1, 90)} {chance.choice(ROADS)}\nKuala Lumpur"
    Buyer.objects.create(
        user=user, phone=f"+60 3 5550 {chance.randrange(1000, 9999)}", billing_address=road
    )
    if shown or chance.random() < 0.15:
        topic, words = chance.choice(QUESTIONS)
        Enquiry.objects.create(
            user=user, topic=topic, name=f"{person.first} {person.last}",
            email=person.email, words=words,
        )  # fmt: skip
    if chance.random() < 0.1:
        Feedback.objects.create(user=user, theme="program", mark=chance.randrange(3, 6))


def agree(chance: Random, shown: bool) -> tuple[str, ...]:
    """People are subscribed unless they decline, which every fourth did."""
    both = ("update_service", "product_updates")
    return tuple(each for each in both if shown or chance.random() < 0.75)


SAMPLES = Samples(
    password="pintas-demo-1",  # noqa: S106 - the demo prints it on purpose
    member=("Suria", "Langitjati"),
    names=BORNEO,
    clerks=(
        Clerk("customer_service", "service", "Hana", "Mutiara", "questions and complaints"),
        Clerk("billing", "billing", "Umar", "Padiemas", "bills and payments"),
        Clerk("dispatch", "dispatch", "Ravi", "Pasirhalus", "orders to carry out"),
        Clerk("licences", "licences", "Jelita", "Bungaraya", "licences and their keys"),
        Clerk("marketing", "marketing", "Arif", "Ombakputih", "no names at all"),
        Clerk("privacy", "privacy", "Sofia", "Terataiputih", "privacy requests", True),
    ),
    furnish=furnish,
    live=live,
    agree=agree,
)
