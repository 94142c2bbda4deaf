"""What the pretend bank answers to a card. Nothing here is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["approved", "declined", "challenge", "invalid"]

TEST_CARDS: tuple[tuple[str, str], ...] = (
    ("4242 4242 4242 4242", "approved"),
    ("4000 0000 0000 3220", "asks for a code: 123456"),
    ("4000 0000 0000 0002", "declined"),
    ("4000 0000 0000 9995", "declined: not enough money"),
    ("4000 0000 0000 0069", "declined: card expired"),
)
CODE = "123456"
_DECLINES = {
    "4000000000000002": "The bank declined this card.",
    "4000000000009995": "The bank declined this card: not enough money.",
    "4000000000000069": "The bank declined this card: it has expired.",
}
_CHALLENGE = "4000000000003220"


@dataclass(frozen=True, slots=True)
class Answer:
    """`field` names the input at fault when the verdict is `invalid`."""

    verdict: Verdict
    message: str = ""
    field: str = ""


def passes_luhn(digits: str) -> bool:
    """Tell whether a string of ASCII digits has a right check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def ask_bank(number: str, expiry: str, code: str, today: date) -> Answer:
    """Check a card as typed: `number` with spaces, `expiry` as MM/YY, `code` of 3-4 digits."""
    digits = re.sub(r"[ -]", "", number)
    if not re.fullmatch(r"[0-9]{13,19}", digits) or not passes_luhn(digits):
        return Answer("invalid", "This is not a card number. Check the digits.", "number")
    given = re.fullmatch(r"\s*([0-9]{1,2})\s*/\s*(?:20)?([0-9]{2})\s*", expiry)
    if given is None or not 1 <= int(given[1]) <= 12:
        return Answer("invalid", "Write the expiry date as MM/YY.", "expiry")
    if (2000 + int(given[2]), int(given[1])) < (today.year, today.month):
        return Answer("invalid", "This card has expired.", "expiry")
    if not re.fullmatch(r"[0-9]{3,4}", code.strip()):
        return Answer("invalid", "The security code has three or four digits.", "code")
    if digits in _DECLINES:
        return Answer("declined", _DECLINES[digits])
    return Answer("challenge" if digits == _CHALLENGE else "approved")
