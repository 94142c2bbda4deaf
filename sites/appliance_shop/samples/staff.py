"""Staff accounts, one a post, and the groups that posts are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from django.conf import settings
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
SECOND_FACTOR: Final = ("privacy", "marketing")
"""Posts whose desk asks for a code of an app beside the password."""


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
    Clerk("wholesale", "trade@hearthandhob.example", "Bram", "Tolliver", "mail of wholesale@"),
    Clerk("press", "media@hearthandhob.example", "Vera", "Quillfeather", "mail of press@"),
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
        if clerk.post in SECOND_FACTOR and settings.GUARD:
            _second_factor(user)
    return len(CLERKS)


def _second_factor(user: Any) -> None:
    # Without the engine the app that keeps the codes is not installed, so its tables are not
    # there to be imported.
    second_factor = import_module("sites.frame.staff.second_factor")
    second_factor.set_up(user)
