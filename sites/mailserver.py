"""A small mail server of one's own for the demo and the tests: mail-devel, which takes mail by
SMTP into memory, gives it out by IMAP, and has a page on which a visitor writes letters.

Every mailbox opens with the same password. A real site reads its mailboxes at its own server.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 30


@dataclass(frozen=True)
class Ports:
    """Where it listens, on this machine only."""

    imap: int
    smtp: int
    page: int


def new_password(path: Path) -> str:
    """Return a new password, which `path` keeps for its owner alone."""
    password = secrets.token_urlsafe(18)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(password)
    return password


def start(log: Path, ports: Ports, password: str) -> subprocess.Popen[bytes]:
    """Start it; returns when it listens. Raises `RuntimeError` when it does not come up."""
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--multi-user",
         "--imap-port", str(ports.imap), "--smtp-port", str(ports.smtp),
         "--http-port", str(ports.page), "--client-max-size", "15M"],
        env={**os.environ, "MAIL_PASSWORD": password},  # not to be seen in a list of processes
        stdout=subprocess.DEVNULL,
        stderr=log.open("wb"),
        process_group=0,
    )  # fmt: skip
    until = time.monotonic() + WAIT_SECONDS
    waiting = {ports.imap, ports.smtp, ports.page}
    while waiting and time.monotonic() < until and process.poll() is None:
        waiting -= {port for port in waiting if _answers(port)}
        time.sleep(0.1)
    if waiting:
        process.kill()
        raise RuntimeError(f"the mail server did not start; see {log}")
    return process


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
