"""What stored values look like, as counts; no value ever leaves this module."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import CharField, Model, TextField

from upheld.datamap.active import active
from upheld.datamap.bound import AnyField
from upheld.datamap.guarded import is_guarded
from upheld.errors import ConfigurationError, UpheldError
from upheld.policy.detectors import card_numbers

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+?[\d\s()./-]{7,20}")
PERSON = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr)\.? )?[A-Z][\w'-]+(?: [A-Z]\.?)?(?: [A-Z][\w'-]+){1,2}")
STREET = re.compile(r"\d+[a-z]? (?:[A-Z][\w'.-]* ?)+|(?:[A-Z][\w'.-]* )+\d+[a-z]?")
SHARE = 0.5
"""Of the filled values, before a likeness counts."""


def looks_like(
    model: type[Model], field: AnyField, count: int, using: str = DEFAULT_DB_ALIAS
) -> tuple[str, str] | None:
    """Return (category, reason) of what at least half of up to `count` values look like.

    None: nothing known, no rows, no text column, or the table cannot be read here.
    """
    if not isinstance(field, CharField | TextField) or count <= 0 or _refused(field, using):
        return None
    try:
        rows = model._base_manager.using(using).order_by().values_list(field.name, flat=True)
        values = [str(value) for value in rows[:count] if value not in (None, "")]
    except (DatabaseError, UpheldError):
        # No table yet, or a purpose that may not read the column.
        return None
    return likeness(values)


def _refused(field: AnyField, using: str) -> bool:
    """True behind the guard for a column nobody declared: it would refuse, and count that."""
    if not is_guarded(using):
        return False
    try:
        return active().datamap.column(field) is None
    except ConfigurationError:
        return True


def likeness(values: Iterable[str]) -> tuple[str, str] | None:
    """Return (category, reason) of what most of `values` look like, None when nothing known."""
    filled = list(values)
    if not filled:
        return None
    cards = sum(1 for value in filled if any(True for _ in card_numbers(value)))
    if cards:
        return "payment.reference", f"{cards} of {len(filled)} values hold a card number"
    for category, words, test in LIKE:
        hits = sum(1 for value in filled if test(value))
        if hits >= SHARE * len(filled):
            return category, f"{hits} of {len(filled)} values look like {words}"
    return None


def _is_ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_phone(value: str) -> bool:
    digits = sum(sign.isdigit() for sign in value)
    written = value.startswith("+") or any(sign in " ()/-" for sign in value)
    return written and 7 <= digits <= 15 and PHONE.fullmatch(value) is not None


LIKE: tuple[tuple[str, str, Any], ...] = (
    ("contact.email", "e-mail addresses", lambda v: MAIL.fullmatch(v) is not None),
    ("technical.visit", "IP addresses", _is_ip),
    ("contact.phone", "phone numbers", _is_phone),
    ("address.delivery", "street addresses", lambda v: STREET.fullmatch(v) is not None),
    ("name.legal", "names of people", lambda v: PERSON.fullmatch(v) is not None),
)
