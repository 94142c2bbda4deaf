"""By SFTP with the system's OpenSSH client, which brings its own well-tried key handling.

The server's key is pinned; passwords, agents and the account's own SSH settings are off.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path, PurePosixPath

from upheld.disclosure.endpoints import Endpoint
from upheld.disclosure.ways import Answer
from upheld.errors import ConfigurationError

TIMEOUT = 60
"""Seconds for one delivery."""


class Sftp:
    """A folder at a recipient. Files appear under their names whole or not at all."""

    def __init__(self, endpoint: Endpoint) -> None:
        program = shutil.which("sftp")
        if program is None:
            raise ConfigurationError(
                "the program `sftp` is missing", hint="install the package openssh-client"
            )
        parts = endpoint.address
        place = endpoint.host_and_port
        assert place is not None, "an sftp address has a host, checked when it was read"
        self._folder = PurePosixPath(parts.path or "/")
        options = [
            "BatchMode=yes",
            "StrictHostKeyChecking=yes",
            f"UserKnownHostsFile={endpoint.known_hosts}",
            "GlobalKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "PasswordAuthentication=no",
            "ConnectTimeout=15",
        ]
        self._command = [program, "-q", "-b", "-", "-F", "none", "-i", str(endpoint.key)]
        for option in options:
            self._command += ["-o", option]
        self._command += ["-P", str(place[1]), f"{parts.username or 'upheld'}@{place[0]}"]

    def send(self, name: str, content: bytes, *, key: str, kind: str) -> Answer:
        with tempfile.TemporaryDirectory(prefix="upheld-") as folder:
            local = Path(folder) / key
            local.write_bytes(content)
            waiting, final = self._folder / f".{key}.part", self._folder / name
            done, text = self._run(f'put "{local}" "{waiting}"\nrename "{waiting}" "{final}"\n')
        return Answer("taken", name) if done else Answer("later", text)

    def answered(self, key: str) -> Answer | None:
        done, _ = self._run(f'ls "{self._folder / f"{key}.done"}"\n')
        return Answer("done", "answered") if done else None

    def _run(self, batch: str) -> tuple[bool, str]:
        try:
            ran = subprocess.run(  # noqa: S603 - a fixed program; names are ours, quoted
                self._command, input=batch, capture_output=True, text=True, timeout=TIMEOUT
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return False, type(error).__name__
        return ran.returncode == 0, ran.stderr.strip()[-255:]
