"""The word that the shop shows to the carrier, in a file that both read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def token_at(path: Path) -> str:
    """Return the token, made once and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_urlsafe(24))
    return path.read_text().strip()
