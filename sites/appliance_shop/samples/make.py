"""The whole of the sample data, in its order."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from django.db import transaction
from django.utils import timezone

from sites.appliance_shop.orders.guests import guest_subject
from sites.appliance_shop.orders.status import DISPATCHED, PAID, REFUNDED
from sites.appliance_shop.samples.buying import Buyer, goods_for_sale, order
from sites.appliance_shop.samples.letters import make_letters
from sites.appliance_shop.samples.mailings import make_mailings
from sites.appliance_shop.samples.opinions import make_reviews
from sites.appliance_shop.samples.people import demo_person, invent, make_members
from sites.appliance_shop.samples.shelves import make_shelves
from sites.appliance_shop.samples.staff import make_staff
from sites.appliance_shop.samples.telling import make_tastes
from sites.appliance_shop.samples.visits import make_visits
from upheld.context import purpose

STEP = 50


def make_everything(people: int, seed: int, tell: Callable[[str], None]) -> None:
    """Fill an empty shop with goods, `people` members, a tenth as many guests, and staff."""
    chance = Random(seed)
    now = timezone.now()
    with transaction.atomic(), purpose("upkeep", place="sample_data"):
        make_shelves(tell)
        tell(f"staff: {make_staff()}")
        goods = goods_for_sale()
        invented = [demo_person(now)] + [invent(chance, n, now) for n in range(1, people)]
        users = make_members(invented)
        tell(f"members: {len(users)}")
        orders = 0
        for at, (user, person) in enumerate(zip(users, invented, strict=True)):
            buyer = Buyer(person, user)
            wanted = (DISPATCHED, DISPATCHED, REFUNDED, PAID) if at == 0 else None
            with purpose("upkeep", subject=f"member:{user.pk}"):
                states = wanted or (None,) * chance.choices((0, 1, 2, 3), (30, 40, 20, 10))[0]
                for state in states:
                    order(chance, buyer, goods, now, state)
                    orders += 1
            if at and at % STEP == 0:
                tell(f"orders: {orders} of {at} members ...")
        guests = max(people // 10, 1)
        for number in range(guests):
            person = invent(chance, people + number, now)
            with purpose("upkeep", subject=guest_subject(person.email)):
                order(chance, Buyer(person), goods, now)
        tell(f"orders: {orders} of members, {guests} of guests")
        tell(f"reviews: {make_reviews(chance, users, goods, now)}")
        tell(f"tastes: {make_tastes(chance, users)}")
        tell(f"letters: {make_letters(chance, invented, now)}")
        tell(f"campaigns: {make_mailings()}")
        # A source of chance of its own: what stands above stays as it is for a seed.
        tell(f"visits: {make_visits(Random(seed))} days")
