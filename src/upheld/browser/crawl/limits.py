"""How far a walk goes."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from upheld.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Limits:
    """`pages` for each walker, `seconds` for all of them together; `hosts` may be walked or
    called besides this machine's own addresses."""

    pages: int = 20
    seconds: float = 120.0
    hosts: tuple[str, ...] = ()

    def may_call(self, address: str) -> bool:
        """Whether a request may truly go to the host of `address`."""
        host = (urlsplit(address).hostname or "").lower()
        if host in self.hosts or host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def origin_of(address: str, limits: Limits) -> str:
    """Return the origin to walk. Raises `ConfigurationError` when it is none, or not ours."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"`{address}` is no address of a site", hint="write it like http://127.0.0.1:8000"
        )
    if not limits.may_call(address):
        raise ConfigurationError(
            f"`{parts.hostname}` is not this machine",
            hint=f"if it is your site, add `--allow-host {parts.hostname}`",
        )
    return f"{parts.scheme}://{parts.netloc}"
