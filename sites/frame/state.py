"""Where a site keeps what it writes: `var/<site>/`; `UPHELD_VAR` moves `var`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def state_of(site: str) -> Path:
    """Return the state folder of `site`, made with its folder for gathered static files."""
    state = Path(os.environ.get("UPHELD_VAR", ROOT / "var")) / site
    (state / "static").mkdir(parents=True, exist_ok=True)
    return state


def secret_key(state: Path) -> str:
    """Return the signing key, made once for each state folder and readable by its owner only."""
    if "UPHELD_SECRET_KEY" in os.environ:
        return os.environ["UPHELD_SECRET_KEY"]
    path = state / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def allowed_hosts(*own: str) -> list[str]:
    """Return the hosts a site answers to: its own, this machine, and those of `UPHELD_HOSTS`."""
    more = os.environ.get("UPHELD_HOSTS", "").split(",")
    return ["127.0.0.1", "localhost", "testserver", *own, *filter(None, more)]
