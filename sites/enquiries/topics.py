"""What people may write about: each site names its own, in `ENQUIRY_TOPICS`."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

_TOPICS, _THEMES, _FIELDS = "ENQUIRY_TOPICS", "FEEDBACK_THEMES", "ENQUIRY_FIELDS"
_POST = "ENQUIRY_POST"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic (or department): its id, its words, and what is written there."""

    id: str
    title: str
    words: str = ""


def topics() -> tuple[Topic, ...]:
    """Return the site's topics, in the order they are offered."""
    found: tuple[Topic, ...] = getattr(settings, _TOPICS)
    return found


def themes() -> tuple[Topic, ...]:
    """Return what feedback may be about."""
    found: tuple[Topic, ...] = getattr(settings, _THEMES, ())
    return found


def asks_for(field: str) -> bool:
    """Tell whether the form asks for this optional field (`phone`, `company`)."""
    return field in getattr(settings, _FIELDS, ("phone",))


def desk_post() -> str:
    """Return the staff post that answers."""
    found: str = getattr(settings, _POST, "support")
    return found
