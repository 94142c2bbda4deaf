"""Where each recipient is reached: the deployment's part, from `UPHELD["RECIPIENTS"]`.

"RECIPIENTS": {
    "carrier": {"way": "http", "at": "https://parcels.carrier.example/in", "key": path},
    "printer": {"way": "sftp", "at": "sftp://shop@files.printer.example:22/in",
                "key": path_of_private_key, "known_hosts": path},
    "payment_provider": {"way": "call", "at": "https://pay.example"},
}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from upheld.conf import conf
from upheld.errors import ConfigurationError

WayName = Literal["http", "sftp", "file", "call"]
_SCHEMES: dict[str, tuple[str, ...]] = {
    "http": ("https", "http"),
    "sftp": ("sftp",),
    "file": ("file",),
    "call": ("https", "http"),
}
PORTS = {"https": 443, "http": 80, "sftp": 22}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One recipient's address. `key` is a file: a bearer token for http, a private key for
    sftp. `known_hosts` pins the sftp server's host key."""

    recipient: str
    way: WayName
    at: str
    key: Path | None = None
    known_hosts: Path | None = None

    @property
    def address(self) -> SplitResult:
        return urlsplit(self.at)

    @property
    def host_and_port(self) -> tuple[str, int] | None:
        """What the connection goes to; None for a folder."""
        parts = self.address
        if parts.hostname is None:
            return None
        return parts.hostname, parts.port or PORTS[parts.scheme]

    def secret(self) -> str:
        """The text of the key file, empty without one."""
        return self.key.read_text().strip() if self.key else ""


def endpoint_of(recipient: str) -> Endpoint | None:
    """Return where the recipient is reached, None when the settings do not say.

    Raises `ConfigurationError` for an entry that cannot be used.
    """
    entry = conf().RECIPIENTS.get(recipient)
    return None if entry is None else _read(recipient, entry)


def _read(recipient: str, entry: Mapping[str, Any]) -> Endpoint:
    unknown = set(entry) - {"way", "at", "key", "known_hosts"}
    way, at = str(entry.get("way", "")), str(entry.get("at", ""))
    if unknown or way not in _SCHEMES:
        raise ConfigurationError(
            f'`RECIPIENTS["{recipient}"]` in `UPHELD` cannot be used',
            hint="give `way` (http, sftp, file or call), `at`, and where needed `key` and "
            "`known_hosts`",
        )
    parts = urlsplit(at)
    if parts.scheme not in _SCHEMES[way]:
        raise ConfigurationError(
            f'`{at}` is no address for `{way}` in `RECIPIENTS["{recipient}"]`',
            hint=f"it starts with {' or '.join(f'`{s}://`' for s in _SCHEMES[way])}",
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(
            f"`{at}` would carry personal data in clear",
            hint="use `https://`; plain `http://` is for this machine only",
        )
    key, known = entry.get("key"), entry.get("known_hosts")
    if way == "sftp" and not (key and known):
        raise ConfigurationError(
            f'`RECIPIENTS["{recipient}"]` reaches an unknown server',
            hint="give the private key in `key` and the server's key in `known_hosts`",
        )
    return Endpoint(
        recipient,
        way,  # type: ignore[arg-type] # one of _SCHEMES, checked above
        at,
        Path(key) if key else None,
        Path(known) if known else None,
    )
