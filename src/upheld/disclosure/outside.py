"""No connection leaves the process but through the gate.

An audit hook sees each name look-up and each connection that Python code makes, whatever
library makes it, and cannot be taken off. It lets through what the gate has open at that
moment, the mail server, what `UPHELD["OUTSIDE"]` names with a reason, and sockets that stay on
this machine's file system. It does not see connections made in C without Python's sockets
(libpq), nor programs that the site starts.

`UPHELD["OUTBOUND"]` says where it counts: `everywhere` = in the whole process, `purposes` =
in code that runs for a purpose (a request, a task, a command), `off`. In `observe` mode what
would be refused is recorded for `upheld report` and passes.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings

from upheld.conf import conf
from upheld.context import NOWHERE, current
from upheld.errors import DisclosureRefused
from upheld.guard.record import record

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})
_REMEMBERED = 60.0
"""Seconds for which a name's addresses are taken as known."""

_open: ContextVar[frozenset[tuple[str, int]]] = ContextVar("upheld_gate_open", default=frozenset())
_resolving: ContextVar[bool] = ContextVar("upheld_gate_resolving", default=False)
_installed = False
_addresses: dict[str, tuple[float, frozenset[str]]] = {}


@contextmanager
def opened(host: str, port: int) -> Iterator[None]:
    """Let connections to this one address through in the block."""
    token = _open.set(_open.get() | {(host.lower(), port)})
    try:
        yield
    finally:
        _open.reset(token)


def install() -> None:
    """Put the hook in, once for the process; it reads the settings each time."""
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _EVENTS or _resolving.get():
        return
    reach = conf().OUTBOUND
    if reach == "off" or (reach == "purposes" and current() is NOWHERE):
        return
    if event == "socket.getaddrinfo":
        host, port = arguments[0], arguments[1]
    else:
        address = arguments[1]
        if not isinstance(address, tuple):  # a path: a socket of this machine
            return
        host, port = address[0], address[1]
    if _may_pass(_text(host), port):
        return
    if conf().MODE == "observe":
        record(current(), f"{_text(host)}:{port}", "read", "outbound", enforced=False)
    else:
        raise DisclosureRefused(
            f"a connection to `{_text(host)}:{port}` was refused: it does not go through the gate",
            hint="send data with `upheld.disclosure`, or name the service in "
            '`UPHELD["OUTSIDE"]` with the reason why no personal data go there',
        )


def _may_pass(host: str, port: Any) -> bool:
    number = int(port) if isinstance(port, int) or str(port or "").isdigit() else None
    for name, open_port in (*_open.get(), *_named()):
        # A look-up may come without a port; the connection that follows has one.
        if number not in (open_port, None):
            continue
        if host == name or _is_address_of(host, name):
            return True
    return False


def _named() -> Iterator[tuple[str, int]]:
    for place in conf().OUTSIDE:
        host, _, port = place.rpartition(":")
        yield host.strip("[]").lower(), int(port)
    # What may be mailed to whom is the mail room's affair.
    if settings.EMAIL_HOST:
        yield str(settings.EMAIL_HOST).lower(), int(settings.EMAIL_PORT)


def _is_address_of(host: str, name: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return host in _resolved(name)


def _resolved(name: str) -> frozenset[str]:
    at, found = _addresses.get(name, (0.0, frozenset[str]()))
    if time.monotonic() - at < _REMEMBERED and found:
        return found
    token = _resolving.set(True)
    try:
        found = frozenset(str(each[4][0]) for each in socket.getaddrinfo(name, None))
    except OSError:
        found = frozenset()
    finally:
        _resolving.reset(token)
    _addresses[name] = (time.monotonic(), found)
    return found


def _text(host: Any) -> str:
    if isinstance(host, bytes):
        return host.decode("ascii", "replace").lower()
    return str(host or "").lower()
