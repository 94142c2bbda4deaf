"""Finds full card numbers in what people send, however they are spaced or written.

The detector is the engine's own, the one that also guards free text in the database. Here
its input is made plain first: other scripts' digits become ASCII, other separators become
single hyphens, and telephone numbers (`+` and at most 15 digits) are taken out.
"""

from __future__ import annotations

import re
import unicodedata

from upheld.policy.detectors import detected

_PHONE = re.compile(r"\+[0-9](?:[ ().\-]{0,2}[0-9]){6,14}(?![0-9]|[ .\-]{1,2}[0-9])")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\-._/–—·]{1,3}(?=[0-9])")


def holds_card_number(text: str) -> bool:
    """Tell whether a full card number stands somewhere in `text`."""
    plain = "".join(
        str(unicodedata.digit(sign)) if sign.isdecimal() else sign
        for sign in unicodedata.normalize("NFKC", text)
    )
    return detected(_BETWEEN_DIGITS.sub("-", _PHONE.sub(" ", plain)), ("card.number",)) is not None
