"""A subject's name in the log: keyed under a secret that erasure destroys.

While the secret lives, whoever holds it can show that a leaf is about them; once it is
destroyed, nobody can tell whose leaf it is, and every proof still holds.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b

SECRET_SIZE = 32
_DIGEST_SIZE = 20
"""160 bits: enough that no one finds two subjects and secrets with one pseudonym."""
LENGTH = 27
"""Characters of a pseudonym: base64url without padding."""


def pseudonym(subject: str, secret: bytes) -> str:
    """Return the 27-character pseudonym of `subject` (`kind:value`) under its secret."""
    digest = blake2b(
        subject.encode(), key=secret, digest_size=_DIGEST_SIZE, person=b"upheld.subject1"
    ).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
