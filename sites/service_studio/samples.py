"""The studio's invented people and staff."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, Final

from django.utils import timezone

from sites.enquiries.models import Enquiry, Feedback
from sites.frame.samples.inventing import ENGLISH, Clerk, Person, Samples, Tell
from sites.service_studio.clients.models import Client
from sites.service_studio.services.catalogue import make_services
from sites.service_studio.services.models import Service, ServiceRequest

CHOICES: Final = ("news", "surveys", "personal_content", "translation")
FIRMS: Final = (
    "Bakery",
    "Joinery",
    "Books",
    "Cycles",
    "Plants",
    "Pottery",
    "Tea Rooms",
    "Veterinary",
)
WISHES: Final = (
    "We are moving to a bigger shop in spring and want a sign that is seen from the bridge.",
    "Our site is eight years old and nobody dares to touch it. Could you make a small new one?",
    "A leaflet for the summer fair, folded once, with a map. We have the words already.",
    "Pictures of the workshop and of the four of us, before the light goes in November.",
    "Somebody who answers when the booking page does not.",
)
QUESTIONS: Final = (
    "Do you also work for societies, and is there a price for them?",
    "Could you print on the paper that we have left over from last year?",
    "We would like to come and see the mill with our apprentices. When is a good day?",
)
STATES: Final = tuple(ServiceRequest.State)


def furnish(tell: Tell) -> None:
    """Put the price list in."""
    tell(f"services: {make_services()}")


def live(chance: Random, user: Any, person: Person, shown: bool) -> None:
    """Give one client a card and perhaps requests, a question, feedback."""
    company = f"{person.last} {chance.choice(FIRMS)}" if shown or chance.random() < 0.6 else ""
    Client.objects.create(
        user=user, phone=f"01632 960{chance.randrange(1000):03d}", company=company
    )
    services = list(Service.objects.all())
    for number in range(2 if shown else chance.choices((0, 1, 2), (60, 30, 10))[0]):
        state = STATES[number + 1] if shown else chance.choice(STATES)
        ended = timezone.now() - timedelta(days=chance.randrange(300))
        ServiceRequest.objects.create(
            user=user, service=chance.choice(services), wish=chance.choice(WISHES), state=state,
            closed_at=ended if state in ServiceRequest.CLOSED else None,
        )  # fmt: skip
    if chance.random() < 0.05:
        Enquiry.objects.create(
            user=user, topic="question", name=f"{person.first} {person.last}",
            email=person.email, words=chance.choice(QUESTIONS),
        )  # fmt: skip
    if chance.random() < 0.1:
        Feedback.objects.create(user=user, theme="service", mark=chance.randrange(3, 6))


def agree(chance: Random, shown: bool) -> tuple[str, ...]:
    """Each of the four is agreed to by itself."""
    return ("news",) if shown else tuple(each for each in CHOICES if chance.random() < 0.25)


SAMPLES = Samples(
    password="thornfield-demo-1",  # noqa: S106 - the demo prints it on purpose
    member=("Juno", "Kettlewell"),
    names=ENGLISH,
    clerks=(
        Clerk("studio", "studio", "Otis", "Wainscott", "what clients asked for"),
        Clerk("support", "support", "Selma", "Redfern", "questions, calls and letters"),
        Clerk("orders", "orders", "Nell", "Orchardson", "purchases and subscriptions"),
        Clerk("marketing", "marketing", "Arlo", "Starling", "no names at all"),
        Clerk("privacy", "privacy", "Ines", "Stonebridge", "privacy requests", True),
    ),
    furnish=furnish,
    live=live,
    agree=agree,
)
