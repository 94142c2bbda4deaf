"""Return paths: one for each mail, so that what comes back says which mail it was.

`bounces+<mark>-<tag>@host`: the mark is random and leads to a row of ours, the tag is keyed,
so a return path that we did not make is told without a look at the database. Nothing in it
names a person. Letters are lower case, as some servers fold them.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from upheld.conf import conf

HEADER = "X-Upheld-Return"
"""Repeats the return path in the head: providers cut it off when they pass a complaint on."""
_SALT = "upheld.mail.return"
_FORM = re.compile(r"\+([0-9a-f]{20})-([0-9a-f]{12})@")


def new_mark() -> str:
    """Return a fresh mark of 80 random bits."""
    return secrets.token_hex(10)


def return_path(mark: str) -> str:
    """Return the return path of one mail, empty when the site reads no bounces."""
    local, at, domain = conf().MAIL_RETURN.rpartition("@")
    return f"{local}+{mark}-{_tag(mark)}@{domain}" if at else ""


def mark_in(text: str) -> str:
    """Return the mark of the first return path of ours in `text`, empty when there is none."""
    for found in _FORM.finditer(text.lower()):
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        if any(constant_time_compare(found[2], _tag(found[1], key)) for key in keys):
            return found[1]
    return ""


def _tag(mark: str, key: str | bytes | None = None) -> str:
    return salted_hmac(_SALT, mark, secret=key, algorithm="sha256").hexdigest()[:12]
