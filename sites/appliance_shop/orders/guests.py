"""Buyers without an account: who they are to the guard, and the link to their order."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from oscar.core.loading import get_model

from upheld.context import Actor, purpose

_SIGNER = Signer(salt="orders.guest-link")
DOORKEEPER = Actor("system", "system:guest-link")


def guest_subject(email: str) -> str | None:
    """Return the subject of a guest's orders; None without the guard."""
    if not settings.GUARD:
        return None
    from upheld.datamap.active import active
    from upheld.datamap.references import reference_by_value

    return reference_by_value(active().datamap, "guest", email)


def guest_link(number: str) -> str:
    """Return the path of a guest's order page; it works for whoever holds it."""
    return reverse("orders:guest", args=[number, _signature(number)])


def opens(number: str, given: str) -> bool:
    """Tell whether the link is one that we made for this order."""
    return hmac.compare_digest(_signature(number).encode(), given.encode())


def subject_behind(number: str) -> tuple[int, str | None] | None:
    """Return (key, subject) of a guest's order by its number, None when there is none.

    Runs as the system, for people who proved by their link that the order is theirs.
    """
    order_model = get_model("order", "Order")
    with purpose("settlement", actor=DOORKEEPER, subject=None):
        found = order_model.objects.filter(number=number, user=None).values_list("pk").first()
        if found is None:
            return None
        return found[0], _subject_of(order_model, found[0])


def _subject_of(order_model: Any, key: int) -> str | None:
    if not settings.GUARD:
        return None
    from upheld.datamap.active import active
    from upheld.datamap.paths import subjects_of

    bound = active().datamap.model(order_model)
    return subjects_of(bound, [key])[key] if bound is not None else None


def _signature(number: str) -> str:
    return _SIGNER.signature(number)
