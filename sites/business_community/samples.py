"""The circle's invented members and staff, and what they talk about."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from sites.boards.models import Board, Post, Topic
from sites.business_community.circle.models import Profile
from sites.enquiries.models import Enquiry
from sites.frame.samples.inventing import ENGLISH, Clerk, Person, Samples, Tell

BOARDS: Final = (
    ("ask", "Ask the valley", "Who knows how, who has one, who did it before."),
    ("offer", "Offer and look for", "Machines, rooms, hours, a place in a van."),
    ("work", "Working together", "Bigger jobs than one of us can do."),
    ("county", "The county and its forms", "Rules, grants, dates that must not be missed."),
)
FIRMS: Final = ("Joinery", "Dairy", "Books", "Garage", "Bakery", "Weaving", "Surveyors", "Cycles")
TALKS: Final = (
    ("ask", "Who sharpens planer blades without a month of waiting?"),
    ("ask", "A bookkeeper who likes farms"),
    ("offer", "Half a stall at the October fair"),
    ("offer", "Cold store, six square metres, from May"),
    ("work", "Forty chairs by Easter: who takes ten?"),
    ("work", "A joint order of flour"),
    ("county", "The new form for small loads: has anybody been through it?"),
    ("county", "Grant for roofs: closes on the last of the month"),
)
ANSWERS: Final = (
    "We had the same last year. Ring the office, they know somebody.",
    "I could take a part of it. When do you need it?",
    "Yes, twice. Fill in the second page first, then the first makes sense.",
    "Not us, but the people behind the chapel might.",
    "Good idea. Count us in for a small one.",
    "Thank you, that saved us a day.",
)


def furnish(tell: Tell) -> None:
    """Put the boards up."""
    for place, (slug, title, words) in enumerate(BOARDS):
        Board.objects.create(slug=slug, title=title, words=words, place=place)
    tell(f"boards: {len(BOARDS)}")


def live(chance: Random, user: Any, person: Person, shown: bool) -> None:
    """Give one member a card, and perhaps a talk or an answer on the boards."""
    Profile.objects.create(
        user=user,
        phone=f"029 2018 0{chance.randrange(1000):03d}",
        address=f"{chance.randrange(1, 40)} Heol yr Afon\nCwm Elfed",
    )
    signed = f"{person.last} {chance.choice(FIRMS)}"
    begun = Topic.objects.count()
    if begun < len(TALKS):
        slug, title = TALKS[begun]
        talk = Topic.objects.create(board=Board.objects.get(slug=slug), author=user, title=title)
        Post.objects.create(
            topic=talk, author=user, signed=signed, words=f"{title} We would be glad of a word."
        )
    elif chance.random() < 0.1:
        topic = chance.choice(list(Topic.objects.all()))
        Post.objects.create(topic=topic, author=user, signed=signed, words=chance.choice(ANSWERS))
    if chance.random() < 0.03:
        Enquiry.objects.create(
            user=user, topic="comment", name=f"{person.first} {person.last}", email=person.email,
            words="The part about partners could say who they are.",
        )  # fmt: skip


def agree(chance: Random, shown: bool) -> tuple[str, ...]:
    """Everything is sent until somebody declines, which some did."""
    every = ("interest_content", "further_products", "surveys", "partner_offers")
    return tuple(each for each in every if shown or chance.random() < 0.8)


SAMPLES = Samples(
    password="valley-demo-1",  # noqa: S106 - the demo prints it on purpose
    member=("Livia", "Penhallow"),
    names=ENGLISH,
    clerks=(
        Clerk("office", "desk", "Tamsin", "Yewdale", "comments, complaints, calls"),
        Clerk("moderators", "boards", "Rufus", "Millbrook", "what is public, and reports"),
        Clerk("services", "services", "Greta", "Loxley", "services members asked for"),
        Clerk("marketing", "marketing", "Ivo", "Rushworth", "no names at all"),
        Clerk("privacy", "privacy", "Olga", "Sedgewick", "privacy requests", True),
    ),
    furnish=furnish,
    live=live,
    agree=agree,
)
