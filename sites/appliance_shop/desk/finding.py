"""What a desk may be searched by. The columns are sealed: an order number, an exact e-mail
address or telephone number, and whole words of a name are what they answer."""

from __future__ import annotations

import phonenumbers
from django.db.models import Q
from django.http import HttpRequest

MOST_WORDS = 5


def asked(request: HttpRequest) -> str:
    """Return what was typed, without the NUL that no database takes."""
    return request.GET.get("q", "").replace("\x00", "").strip()


def by_number(wanted: str, order: str) -> Q:
    """Match the order number. `order` is the path to the order, `""` or `"order__"`."""
    return Q(**{f"{order}number": wanted})


def by_name(wanted: str, order: str) -> Q:
    """Match a delivery whose name holds every word of `wanted`, in any order and case."""
    name = f"{order}shipping_address__"
    found = Q()
    for word in wanted.split()[:MOST_WORDS]:
        found &= Q(**{f"{name}first_name__icontains": word}) | Q(
            **{f"{name}last_name__icontains": word}
        )
    return found


def by_phone(wanted: str, order: str) -> Q:
    """Match the telephone number of a delivery; nothing when `wanted` is no number."""
    try:
        number = phonenumbers.parse(wanted, "US")
    except phonenumbers.NumberParseException:
        return Q(pk__in=())
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Q(**{f"{order}shipping_address__phone_number": plain})


def by_email(wanted: str, order: str) -> Q:
    """Match the buyer's e-mail address, a member's or a guest's."""
    if "@" not in wanted:
        return Q(pk__in=())
    return Q(**{f"{order}user__email__iexact": wanted}) | Q(
        **{f"{order}guest_email__iexact": wanted}
    )
