"""Pages and fragments in a cache, kept apart by the person they were made for.

    CACHES = {"pages": {"KEY_FUNCTION": "upheld.guard.personcache.key", ...}}

A cache knows a page by its address and a fragment by its name, not by whom it was made for.
With this function whatever is put there while acting for one person, or for one post's
purpose, is never given to another. It is for pages and fragments alone: counters and locks
that many people share need a cache of their own.
"""

from __future__ import annotations

import hashlib
from typing import Any

from upheld.context import current


def key(name: Any, prefix: str, version: Any) -> str:
    """Return Django's own key with the purpose and the person in it; the person as a digest,
    since caches are looked into."""
    now = current()
    posts = ",".join(sorted(now.actor.posts))
    whom = f"{now.purpose}|{now.actor.kind}|{posts}|{now.subject or ''}"
    digest = hashlib.sha256(whom.encode()).hexdigest()[:16]
    return f"{prefix}:{version}:{digest}:{name}"
