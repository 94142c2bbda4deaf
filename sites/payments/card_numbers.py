"""Finds full card numbers in text, so that a shop can refuse them.

A number counts when it has a card scheme's first digits and length and a right check
digit, however it is spaced. A leading `+` with at most 15 digits is a telephone number.
"""

from __future__ import annotations

import re
import unicodedata

from sites.provider.cards import passes_luhn

_RUN = re.compile(r"(?<![0-9A-Za-z])(\+?)([0-9](?:[\s\-._/–—]{0,2}[0-9]){12,18})(?![0-9A-Za-z])")
_SCHEMES = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}"  # 13, 16, 19
    r"|5[1-5][0-9]{14}|2[2-7][0-9]{14}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}"
    r"|(?:35|6[0-9]|81|9[0-9])[0-9]{14,17}"
    r"|(?:50|5[6-9]|6[0-9])[0-9]{12,17}"
)


def holds_card_number(text: str) -> bool:
    """Tell whether a full card number stands somewhere in `text`."""
    plain = unicodedata.normalize("NFKC", text)
    for found in _RUN.finditer(plain):
        digits = "".join(str(unicodedata.digit(c)) for c in found[2] if c.isdecimal())
        if found[1] and len(digits) <= 15:
            continue
        if _SCHEMES.fullmatch(digits) and passes_luhn(digits):
            return True
    return False
