"""Protocols by which rooms meet that may not import each other."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, Protocol, TextIO, runtime_checkable


class SubjectKeys(Protocol):
    """Finds and makes the data keys of subjects."""

    def for_writing(self, subject: str | None) -> tuple[bytes, bytes]:
        """Return (16-byte key id, 32-byte key) for new values of `subject`.

        A subject without a live key gets one. None makes a key that belongs to nobody
        yet; `adopt` gives it an owner.
        """

    def for_reading(self, key_id: bytes) -> bytes:
        """Return the 32-byte key. Raises `KeyDestroyed` or `UnknownKey`."""

    def prefetch(self, key_ids: Iterable[bytes]) -> None:
        """Fetch many keys at once, ahead of `for_reading`. Missing ones are passed over."""

    def adopt(self, key_id: bytes, subject: str) -> None:
        """Give an unowned key to `subject`; a key with another owner is an error."""


class Wrapping(Protocol):
    """Key-encryption keys: files, environment, or a key service.

    `context` (the id of what is wrapped) is authenticated, not stored: a wrapped key
    copied to another row does not unwrap.
    """

    def current(self) -> str:
        """Return the id of the key-encryption key that `wrap` uses now."""

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Return (id of the key-encryption key used, wrapped key)."""

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises `UnknownKey` (no such key) or `Tampered`."""


class Subcommand(Protocol):
    """One `manage.py upheld <name>`. A room lists its own as `COMMANDS` in `commands.py`.

    The root command adds `--json` where the subcommand does not.
    """

    help: str

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""

    def run(self, options: Any, out: TextIO) -> int:
        """Do it. Return 0 = fine, 1 = findings, 2 = wrong use; errors go to stderr."""


class SecondFactor(Protocol):
    """What checks a second factor; named by the setting `SECOND_FACTOR`.

    Both run for the purpose `authentication`.
    """

    def has(self, user: Any) -> bool:
        """Tell whether `user` has set one up."""

    def check(self, user: Any, code: str) -> bool:
        """Take a code. A right one is used up: the same one again is wrong."""


@runtime_checkable
class Enrolling(SecondFactor, Protocol):
    """A second factor that its holder sets up alone. All run for `authentication`."""

    def new_secret(self) -> str:
        """Return a new secret in base 32; nothing is kept yet."""

    def picture(self, user: Any, secret: str) -> str:
        """Return an SVG that an app scans."""

    def enrol(self, user: Any, secret: str, code: str) -> tuple[str, ...] | None:
        """Keep the secret when `code` is one of it, in place of an older one; return the
        recovery codes, or None for a wrong code."""
