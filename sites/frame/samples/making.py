"""The whole of a site's sample data, in its order."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from sites.frame.brand import brand
from sites.frame.people.joining import note_notice
from sites.frame.samples.agreeing import agree
from sites.frame.samples.inventing import Person, Samples, Tell, invent
from upheld.context import purpose

STEP = 500


def samples() -> Samples:
    """Return what the running site's sample data are made of."""
    found: Samples = import_string(f"sites.{brand().site}.samples.SAMPLES")
    return found


def demo_address() -> str:
    """The member whose login the demo prints."""
    return f"member@{brand().host}"


def make_everything(people: int, seed: int, tell: Tell) -> None:
    """Fill an empty site: what it offers, staff, and `people` members with their lives."""
    whole, chance, now = samples(), Random(seed), timezone.now()
    with transaction.atomic(), purpose("upkeep", place="sample_data"):
        whole.furnish(tell)
        tell(f"staff: {make_staff(whole)}")
        first, last = whole.member
        invented = [Person(first, last, demo_address(), now - timedelta(days=320))]
        invented += [invent(chance, whole.names, number, now) for number in range(1, people)]
        users = make_accounts(invented, whole.password)
        for at, (user, person) in enumerate(zip(users, invented, strict=True)):
            with purpose("upkeep", subject=f"member:{user.pk}", place="sample_data"):
                whole.live(chance, user, person, at == 0)
                if settings.GUARD:
                    note_notice(user)
            agree(user.pk, whole.agree(chance, at == 0))
            if at and at % STEP == 0:
                tell(f"members: {at} of {people} ...")
        tell(f"members: {len(users)}")


def make_accounts(people: list[Person], password: str) -> list[Any]:
    """Create the accounts; returns the users in order."""
    user_model = get_user_model()
    hashed = make_password(password)  # one for all: hashing is slow by design
    return user_model.objects.bulk_create(
        [
            user_model(
                username=f"m{number:06d}",
                email=person.email,
                first_name=person.first,
                last_name=person.last,
                password=hashed,
                date_joined=person.since,
            )
            for number, person in enumerate(people)
        ],
        batch_size=100,
    )


def make_staff(whole: Samples) -> int:
    """Create the posts and one account for each; returns how many accounts."""
    hashed = make_password(whole.password)
    for clerk in whole.clerks:
        user = get_user_model().objects.create(
            username=f"staff-{clerk.post}",
            email=f"{clerk.box}@{brand().host}",
            first_name=clerk.first,
            last_name=clerk.last,
            password=hashed,
            is_staff=True,
        )
        user.groups.add(Group.objects.get_or_create(name=f"post:{clerk.post}")[0])
        if clerk.second_factor and settings.GUARD:
            # Without the engine the app that keeps the codes is not installed.
            from sites.frame.staff import second_factor

            second_factor.set_up(user)
    return len(whole.clerks)
