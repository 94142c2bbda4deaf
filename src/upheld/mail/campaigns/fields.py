"""The closed list of fields that a campaign's text may have, e.g. `{name}`.

A field is a plain word: no attribute, no filter, no expression. Values are cleaned before
they are put in, so a name with a line break, a tag or a link in it stays a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from html import escape

from upheld.conf import conf
from upheld.mail.campaigns.refusals import CampaignRefused
from upheld.policy.types import ALL, Policy, Purpose

SITE, SITE_URL, NAME = "site", "site_url", "name"
SHARED = (SITE, SITE_URL)
"""Fields that are the same for everybody."""
PERSONAL = {NAME: "name.legal"}
"""Field -> the category that the purpose must be allowed to read."""
NOBODY = "friend"
"""Stands for a name that there is not."""
LONGEST = 80
_FIELD = re.compile(r"\{([^{}\s]{1,40})\}")
_LINK = re.compile(r"://|\bwww\.|[^\s@]+@[^\s@]+\.", re.IGNORECASE)


def used(*texts: str) -> frozenset[str]:
    """Return the names of the fields that stand in `texts`."""
    return frozenset(name for text in texts for name in _FIELD.findall(text))


def check(texts: Iterable[str], purpose: Purpose) -> None:
    """Raise `CampaignRefused` for a field that there is not, or that `purpose` may not read."""
    known = ", ".join(f"`{{{name}}}`" for name in (*SHARED, *PERSONAL))
    for name in sorted(used(*texts)):
        if name in SHARED:
            continue
        category = PERSONAL.get(name)
        if category is None:
            raise CampaignRefused(
                f"there is no field `{{{name}}}`", hint=f"use {known}", field="body"
            )
        if not may_read(purpose, category):
            raise CampaignRefused(
                f"`{{{name}}}` needs `{category}`, which `{purpose.id}` may not read",
                hint="take the field out, or let the notice and the policy say so first",
                field="body",
            )


def may_read(purpose: Purpose, category: str) -> bool:
    """Whether the purpose is given the value of `category`, not only a mask of it."""
    granted = purpose.may
    readable = category in granted.read or ALL in granted.read
    return readable and category not in granted.mask


def values(policy: Policy, name: str = "") -> dict[str, str]:
    """Return every field's value for one person; without a name people are `NOBODY`."""
    return {
        SITE: policy.controller.name,
        SITE_URL: conf().SITE_URL,
        NAME: cleaned(name) or "friend",
    }


def cleaned(value: str) -> str:
    """Return a person's own words on one line, at most `LONGEST` characters.

    Empty when there is a link or an address in it: people who sign up as an advertisement
    would have it sent in the site's name.
    """
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in value)
    plain = " ".join(plain.split())
    return "" if _LINK.search(plain) else plain[:LONGEST].rstrip()


def fill(text: str, given: Mapping[str, str], *, html: bool = False) -> str:
    """Put the values in. What is no field stays as it stands."""
    quote: Callable[[str], str] = escape if html else str

    def value(match: re.Match[str]) -> str:
        found = given.get(match.group(1))
        return match.group() if found is None else quote(found)

    return _FIELD.sub(value, text)
