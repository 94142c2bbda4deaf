"""What a member's account page and a clerk's desk page lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Door:
    """One entry: where it leads, its words, an icon. A desk's `post` is who may enter."""

    route: str
    title: str
    words: str
    icon: str = "arrow"
    post: str = ""

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.route)


_OWN, _DESKS = "ACCOUNT_DOORS", "DESK_DOORS"
PROFILE = Door(
    "people:profile", "Your details", "Name, contact, and what else you gave us", "person"
)
PASSWORD = Door("people:password-change", "Password", "Choose a new one", "lock")
PRIVACY = (
    Door("upheld:choices", "Your choices", "News, cookies and outside content", "check"),
    Door("upheld:me", "Your data", "See, change, take and delete what we hold", "info"),
)
CONSOLE = Door(
    "upheld:console", "Privacy console", "Promises, refusals, requests", "lock", "privacy"
)


def doors_of(request: HttpRequest) -> list[Door]:
    """Return the doors of the account page: the site's own, then every site's."""
    own: tuple[Door, ...] = getattr(settings, _OWN, ())
    return [*own, PROFILE, PASSWORD, *(PRIVACY if settings.GUARD else ())]


def desks_of(posts: frozenset[str]) -> list[Any]:
    """Return the desks that holders of `posts` may enter."""
    desks: tuple[Door, ...] = getattr(settings, _DESKS, ())
    every = (*desks, *((CONSOLE,) if settings.GUARD else ()))
    return [desk for desk in every if desk.post in posts]
