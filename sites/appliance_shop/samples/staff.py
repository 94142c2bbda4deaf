"""Staff accounts, one a post, and the groups that posts are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from sites.appliance_shop.samples.people import PASSWORD

POSTS: Final = (
    "dispatch",
    "after_sales",
    "marketing",
    "catalogue",
    "privacy",
    "wholesale",
    "press",
)


@dataclass(frozen=True, slots=True)
class Clerk:
    """One member of staff: the post held, the account, what the post sees."""

    post: str
    email: str
    first: str
    last: str
    sees: str


CLERKS: Final = (
    Clerk("dispatch", "dispatch@hearthandhob.example", "Otis", "Wainscott", "addresses to send to"),
    Clerk(
        "after_sales", "aftersales@hearthandhob.example", "Selma", "Redfern", "returns and refunds"
    ),
    Clerk("marketing", "marketing@hearthandhob.example", "Arlo", "Starling", "no names at all"),
    Clerk("catalogue", "catalogue@hearthandhob.example", "Nell", "Orchardson", "products, stock"),
    Clerk("privacy", "privacy@hearthandhob.example", "Ines", "Stonebridge", "privacy applications"),
)


def make_staff() -> int:
    """Create the posts and one account for each; returns how many accounts."""
    groups = {post: Group.objects.get_or_create(name=f"post:{post}")[0] for post in POSTS}
    hashed = make_password(PASSWORD)
    for clerk in CLERKS:
        user = get_user_model().objects.create(
            username=clerk.post,
            email=clerk.email,
            first_name=clerk.first,
            last_name=clerk.last,
            password=hashed,
            is_staff=True,
        )
        user.groups.add(groups[clerk.post])
    return len(CLERKS)
