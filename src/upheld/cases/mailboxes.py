"""The site's mailboxes, from `UPHELD["MAILBOXES"]`, and the tables behind each.

"MAILBOXES": {
    "press": {"address": "press@shop.example", "imap": "imaps://press@mail.shop.example",
              "password": path, "case": "letters.PressCase", "purpose": "press_talks",
              "post": "press", "wall": "press"},
}
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.apps import apps

from upheld.conf import conf
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.errors import ConfigurationError
from upheld.policy.period import Period, parse_period

CLERK = Actor(kind="system", ref="system:mailboxes")
_KEYS = {"address", "imap", "password", "case", "purpose", "post", "wall", "requests"}
_NEEDED = ("address", "imap", "case", "purpose", "post")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox. `requests` = letters that ask for a right open a request instead."""

    id: str
    address: str
    imap: SplitResult
    password: Path | None
    case: Any
    purpose: str
    post: str
    wall: str
    requests: bool

    @property
    def letter(self) -> Any:
        """The model of its letters."""
        return self.case._meta.get_field("letters").related_model

    @property
    def attachment(self) -> Any:
        """The model of its letters' attachments."""
        return self.letter._meta.get_field("attachments").related_model

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Run as the clerk of this mailbox: its purpose and no other."""
        with purpose(self.purpose, actor=CLERK, subject=None, place=f"mailbox:{self.id}"):
            yield

    def kept(self) -> Period | None:
        """How long a closed case is kept, as the policy says of the mailbox's purpose."""
        rule = active().policy.purposes[self.purpose]
        return parse_period(rule.keep.period) if rule.keep else None


def mailboxes() -> dict[str, Mailbox]:
    """Return every mailbox by id. Raises `ConfigurationError` for one that cannot be used."""
    return {id: _read(id, entry) for id, entry in conf().MAILBOXES.items()}


def mailbox_named(id: str) -> Mailbox:
    """Return one mailbox. Raises `ConfigurationError`."""
    found = mailboxes().get(id)
    if found is None:
        raise ConfigurationError(
            f"no mailbox is called `{id}`", hint='declare it in `UPHELD["MAILBOXES"]`'
        )
    return found


def _read(id: str, entry: Any) -> Mailbox:
    lacking = [key for key in _NEEDED if not entry.get(key)]
    unknown = sorted(set(entry) - _KEYS)
    parts = urlsplit(str(entry.get("imap", "")))
    rule = active().policy.purposes.get(str(entry.get("purpose", "")))
    wrong = ""
    if lacking:
        wrong = f"lacks `{lacking[0]}`"
    elif unknown:
        wrong = f"has an unknown `{unknown[0]}`"
    elif parts.scheme not in ("imaps", "imap") or not parts.username:
        wrong = "has no address like `imaps://user@host` in `imap`"
    elif parts.scheme == "imap" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        wrong = "would be read in clear; use `imaps://`"
    elif rule is None:
        wrong = f"serves `{entry['purpose']}`, which the policy does not declare"
    elif rule.posts and entry["post"] not in rule.posts:
        wrong = f"is the post `{entry['post']}`'s, which its purpose does not name"
    elif rule.wall and entry.get("wall", "") != rule.wall:
        wrong = f"does not stand behind the wall `{rule.wall}` of its purpose"
    if wrong:
        raise ConfigurationError(
            f"the mailbox `{id}` {wrong}", hint='see `UPHELD["MAILBOXES"]` in the settings'
        )
    password = entry.get("password")
    return Mailbox(
        id,
        str(entry["address"]),
        parts,
        Path(password) if password else None,
        apps.get_model(entry["case"]),
        str(entry["purpose"]),
        str(entry["post"]),
        str(entry.get("wall", "")),
        bool(entry.get("requests", False)),
    )


def login_of(mailbox: Mailbox) -> tuple[str, str]:
    """Return (user, password); the password is read from its file each time."""
    secret = mailbox.password.read_text().strip() if mailbox.password else ""
    return unquote(mailbox.imap.username or ""), secret
