"""A scanner of one's own for the demo and the tests: clamd with a signature database that knows
the test pattern every scanner knows, and nothing else. A real site runs its own clamd with the
full database.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

PATTERN = bytes.fromhex(
    "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d"
    "414e544956495255532d544553542d46494c452124482b482a"
)
"""The harmless pattern by which scanners are tried, in hexadecimal so that no scanner minds us."""
NAME = "Upheld.Test.Pattern"
WAIT_SECONDS = 30


def installed() -> str:
    """Where clamd is; empty when it is not installed."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin") or ""


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start clamd on loopback with its files under `folder`; returns when it listens.

    Raises `RuntimeError` when it is not installed or does not come up.
    """
    program = installed()
    if not program:
        raise RuntimeError("clamd is not installed: apt-get install clamav-daemon")
    database = folder / "signatures"
    database.mkdir(parents=True, exist_ok=True)
    (database / "own.ndb").write_text(f"{NAME}:0:*:{PATTERN.hex()}\n")
    config = folder / "clamd.conf"
    lines = {
        "TCPSocket": str(port),
        "TCPAddr": "127.0.0.1",
        "DatabaseDirectory": str(database),
        "TemporaryDirectory": str(folder),
        "StreamMaxLength": "25M",
        "Foreground": "yes",
        "MaxThreads": "2",
        "LogFile": str(folder / "clamd.log"),
    }
    config.write_text("".join(f"{key} {value}\n" for key, value in lines.items()))
    process = subprocess.Popen(
        [program, "--config-file", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"clamd did not start; see {folder / 'clamd.log'}")
