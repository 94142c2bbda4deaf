"""How a mail is known again without keeping its Message-ID, which may name people."""

from __future__ import annotations

import hashlib

from django.db import DEFAULT_DB_ALIAS

from upheld import keyring


def mark_of(mailbox: str, message_id: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """A keyed digest for one mailbox: the same mail on two sides of a wall has two marks."""
    blind = keyring.sealer(using).blind(f"mailbox.{mailbox}", message_id)
    return hashlib.sha256(blind.encode()).hexdigest()
