"""Invented people: names, addresses, mobile numbers, and what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from oscar.core.loading import get_model

from sites.appliance_shop.members.models import MemberProfile
from sites.appliance_shop.samples import words
from sites.appliance_shop.samples.agreeing import NEWSLETTERS, agree
from upheld.context import purpose

PASSWORD = "hearth-demo-1"  # noqa: S105 - the demo's password is printed on purpose
DEMO_MEMBER = "member@hearthandhob.example"


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    first: str
    last: str
    email: str
    mobile: str
    street: str
    town: str
    state: str
    zip: str
    since: datetime
    newsletters: tuple[str, ...]


def invent(chance: Random, number: int, now: datetime) -> Person:
    """Return person `number`; different numbers never share an e-mail address."""
    first = chance.choice(words.FIRST)
    last = chance.choice(words.LAST)
    middle = f" {chance.choice(words.MIDDLE)}" if chance.random() < 0.3 else ""
    street = chance.choice(words.STREETS)
    mail = f"{first}.{last}{number}@{chance.choice(words.MAIL_HOSTS)}".lower()
    return Person(
        first=first + middle,
        last=last,
        email=mail,
        mobile=f"+1{chance.choice(words.AREA_CODES)}55501{chance.randrange(100):02d}",
        street=f"{chance.randrange(1, 900)} {street} {chance.choice(words.KINDS)}",
        town=chance.choice(words.TOWNS),
        state=chance.choice(words.STATES),
        zip=f"{chance.randrange(10000, 99999)}",
        since=now - timedelta(days=chance.randrange(5, 500), minutes=chance.randrange(1440)),
        newsletters=tuple(n for n in NEWSLETTERS if chance.random() < 0.3),
    )


def demo_person(now: datetime) -> Person:
    """Return the member whose login the demo prints."""
    return Person(
        first="Juno May",
        last="Kettlewell",
        email=DEMO_MEMBER,
        mobile="+15035550142",
        street="27 Walnut Lane",
        town="Larkmoor",
        state="OR",
        zip="97210",
        since=now - timedelta(days=320),
        newsletters=("weekly_bundle_mail",),
    )


def make_members(people: list[Person]) -> list[Any]:
    """Create accounts, mobile numbers, addresses and consents. Returns the users in order."""
    user_model = get_user_model()
    hashed = make_password(PASSWORD)  # one for all: hashing is slow by design
    users = user_model.objects.bulk_create(
        [
            user_model(
                username=f"m{person.email.partition('@')[0].replace('.', '')}",
                email=person.email,
                first_name=person.first,
                last_name=person.last,
                password=hashed,
                date_joined=person.since,
            )
            for person in people
        ],
        batch_size=100,
    )
    for user, person in zip(users, people, strict=True):
        with purpose("own", subject=f"member:{user.pk}", place="sample_data"):
            MemberProfile.objects.create(user=user, mobile=person.mobile)
            _address(user, person)
        agree(user.pk, person.newsletters)
    return users


def _address(user: Any, person: Person) -> None:
    get_model("address", "UserAddress").objects.create(
        user=user,
        first_name=person.first,
        last_name=person.last,
        line1=person.street,
        line4=person.town,
        state=person.state,
        postcode=person.zip,
        country_id="US",
        phone_number=person.mobile,
        is_default_for_shipping=True,
        is_default_for_billing=True,
    )
