"""Normal forms: when two values count as the same for a look-up.

A scope is `<wall>:<category>`, e.g. `consumer:contact.email`, or `-:contact.email`
outside all walls. The last part of the category says which form holds: `email`, `phone`,
everything else is text. All forms are idempotent and total: any text has one.
"""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import category, combining, normalize

Kind = Literal["email", "phone", "text"]

_EXTENSION = re.compile(r"(?:;ext=|ext\.?|extension|x|#)\s*(\d+)$", re.IGNORECASE)
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc\uff07")
_MARK_ABOVE_OR_BELOW = 200
"""Combining classes from here up are accents; lower ones are letters of their script."""


def scope_of(wall: str, category_id: str) -> str:
    """Return the blind scope of a category within a wall (empty = outside all walls)."""
    return f"{wall or '-'}:{category_id}"


def kind_of(scope: str) -> Kind:
    """Return which normal form a scope's values take."""
    last = scope.rpartition(":")[2].rpartition(".")[2]
    if last in ("email", "mail"):
        return "email"
    if last in ("phone", "mobile"):
        return "phone"
    return "text"


def normal_form(kind: Kind, value: str) -> str:
    """Return the text that stands for every value meant to be found alike."""
    if kind == "email":
        return _email(value)
    if kind == "phone":
        return _phone(value)
    return _text(value)


def words_of(value: str) -> frozenset[str]:
    """Return the words of a value: case, accents and apostrophes aside, split elsewhere.

    `José O'Brien-Ley` gives `jose`, `obrien`, `ley`. A script without spaces between
    words gives one word a run.
    """
    plain = normalize("NFD", _text(value).translate(_APOSTROPHES))
    kept = [c for c in plain if combining(c) < _MARK_ABOVE_OR_BELOW]
    spaced = "".join(c if category(c)[0] in "LMN" else " " for c in kept)
    return frozenset(normalize("NFC", word) for word in spaced.split())


def _email(value: str) -> str:
    folded = normalize("NFD", normalize("NFD", value).casefold())
    return normalize("NFC", folded).strip()


def _text(value: str) -> str:
    # Unicode's compatibility caseless match (D146): folding can undo a normal form and
    # the other way round, so both are done twice.
    folded = normalize("NFKD", normalize("NFD", value).casefold()).casefold()
    return " ".join(normalize("NFKC", normalize("NFKD", folded)).split())


def _phone(value: str) -> str:
    """`+` and digits where the country is written (`+` or `00`), else the digits alone.

    `+44 (0)20 7946 0000` and `0044 20 7946 0000` are the same; a national number is not
    the same as its international form, since the country is not known here. A value
    without digits is text.
    """
    text = _text(value)
    extension = ""
    found = _EXTENSION.search(text)
    if found and any(c.isdecimal() for c in text[: found.start()]):
        extension = "x" + _digits(found.group(1))
        text = text[: found.start()]
    international = text.startswith("+")
    if international:
        text = text.replace("(0)", "", 1)
    digits = _digits(text)
    if not digits:
        return _text(value)
    if not international and digits.startswith("00") and len(digits) > 2:
        international, digits = True, digits[2:]
    return ("+" if international else "") + digits + extension


def _digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())
