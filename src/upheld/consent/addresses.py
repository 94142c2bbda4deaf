"""When two e-mail addresses reach the same person, as far as stopping mail is concerned.

Wider than equality: case, width and composition of letters, the spelling of an international
domain and dots before the `@` do not count. Somebody who asked for silence gets it under every
spelling; that a stranger at the same host with a dot less gets one advertisement fewer is the
smaller harm.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

import idna


def canonical(address: str) -> str:
    """Return the one spelling that stands for `address`; total, any text has one."""
    plain = normalize("NFKC", normalize("NFKC", address).casefold()).strip().strip("<>")
    local, at, domain = plain.rpartition("@")
    if not at:
        return plain
    bare = local.strip('"').replace(".", "")
    return f"{bare or local}@{ascii_domain(domain) or domain}"


@lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str:
    """Return `domain` as it stands on the wire (`xn--...`), empty when it is none."""
    try:
        return idna.encode(domain.rstrip("."), uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""
