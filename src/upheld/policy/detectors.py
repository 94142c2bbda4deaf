"""Find refused data in text: a card number typed into a note is still a card number.

A detector takes text and yields where it found something, as (start, end). The policy names
detectors under `refuse`, the map under a column's `detect`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import luhn
from stdnum.my import nric
from stdnum.us import ssn

Detector = Callable[[str], Iterator[tuple[int, int]]]

# 13 to 19 digits in one run, or in groups split by single spaces, dots or hyphens. The
# look-arounds keep longer numbers, decimals and international telephone numbers
# from being cut into what looks like a card.
_CARD = re.compile(r"(?<![\d.,+])\d(?:[ .\-]?\d){12,18}(?![\d]|[.,]\d)")
_ISSUER = re.compile(r"(?:3[0-9]|4|5[0-9]|6[0-9]|2[2-7])")


def card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Payment card numbers: the length, an issuer's first digits, and a right check digit."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _ISSUER.match(digits) and len(set(digits)) > 1 and luhn.is_valid(digits):
            yield match.span()


# As they are written on papers and in letters, with their separators: digits without any are
# taken for a national number only where a check in them says so.
_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ssn.is_valid),  # United States
    (re.compile(r"(?<![\w-])\d{6}-\d{2}-\d{4}(?![\w-])"), nric.is_valid),  # Malaysia
    (re.compile(r"(?<![\w-])[01]\d-\d{6}(?![\w-])"), lambda text: True),  # Brunei
    (
        re.compile(r"(?<!\w)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"),  # United Kingdom
        lambda text: text[0] not in "DFIQUV" and text[1] not in "DFIOQUV",
    ),
)


def national_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Numbers that a state gives its people: US, Malaysia, Brunei, United Kingdom."""
    for pattern, is_valid in _NATIONAL:
        for match in pattern.finditer(text):
            if is_valid(match.group()):
                yield match.span()


DETECTORS: dict[str, Detector] = {
    "card.number": card_numbers,
    "national.id": national_numbers,
}


def detected(text: str, names: tuple[str, ...]) -> str | None:
    """Return the name of the first detector among `names` that finds something, or None."""
    for name in names:
        for _ in DETECTORS[name](text):
            return name
    return None


def masked(text: str, names: tuple[str, ...], sign: str = "•") -> str:
    """Return `text` with everything the detectors find replaced, lengths kept."""
    out = list(text)
    for name in names:
        for start, end in DETECTORS[name](text):
            out[start:end] = sign * (end - start)
    return "".join(out)
