"""A visitor's address: used for the country and the day's count, and never kept."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

Address = IPv4Address | IPv6Address


def address_of(meta: Mapping[str, Any], proxies: int = 0) -> Address | None:
    """The address of whoever asks; None when it cannot be told.

    Behind `proxies` of one's own it is the entry that the outermost of them put at the end of
    `X-Forwarded-For`; what stands before was written by the visitor and is not believed.
    """
    if not proxies:
        return _read(str(meta.get("REMOTE_ADDR") or ""))
    chain = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    return _read(chain[-proxies]) if len(chain) >= proxies else None


def country_of(address: Address | None) -> str:
    """The country the address is registered in, ISO 3166-1 alpha-2; empty when there is none."""
    if address is None or not address.is_global:
        return ""
    from iptocc import country_code  # a part of its own: sites that count no visits lack it

    found = country_code(str(address))
    return found if isinstance(found, str) and len(found) == 2 else ""


def _read(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
