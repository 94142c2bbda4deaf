"""The keys a shop and the provider share: made once, kept in one file outside the database."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant's keys, for both wires. Every value is a random secret or a plain id."""

    merchant: str
    stripe_api_key: str
    stripe_webhook_secret: str
    connect_key_id: str
    connect_secret: str
    connect_webhook_key_id: str
    connect_webhook_secret: str
    control_key: str
    """Opens the control endpoints that tests use; a shop never needs it."""


def new_account() -> Account:
    """Return an account with fresh random keys."""
    return Account(
        merchant="hearth-and-hob",
        stripe_api_key="sk_test_" + secrets.token_hex(16),
        stripe_webhook_secret="whsec_" + secrets.token_hex(16),
        connect_key_id=secrets.token_hex(8),
        connect_secret=secrets.token_urlsafe(32),
        connect_webhook_key_id=secrets.token_hex(8),
        connect_webhook_secret=secrets.token_urlsafe(32),
        control_key=secrets.token_urlsafe(24),
    )


def account_at(path: Path) -> Account:
    """Return the account kept in `path`, made on first use.

    Shop and provider may both come first: the file is written aside and linked into
    place, so the loser of the race reads the winner's keys.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(new_account()), file, indent=1)
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # the other process was first
        finally:
            aside.unlink()
    return Account(**json.loads(path.read_text()))
