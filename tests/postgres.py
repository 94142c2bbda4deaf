"""A private PostgreSQL for a test run: made in a temporary folder, stopped by process id.

Runs as an unprivileged user when the tests run as root, since PostgreSQL refuses root.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_WATCH = """
while kill -0 "$1" 2>/dev/null; do sleep 3; done
kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
sleep 1
rm -rf "$2"
"""
"""Stops the server when the process that started it was killed and could not do so itself."""


def find_binary(name: str) -> str:
    """Return the path of a PostgreSQL program, newest installed version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"`{name}` is missing: run `make system` (installs postgresql)")
    return found


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root and there is no user to run it as")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class PostgreSQL:
    """A throw-away cluster on a loopback port. `start()` returns itself, `stop()` removes it.

    `durable` = commits wait for the disk, as they do in production.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="upheld-pg-"))
        self._user = _unprivileged()

    def _run(self, *command: str) -> None:
        user = self._user
        done = subprocess.run(
            command,
            cwd=self.folder,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")

    def start(self) -> PostgreSQL:
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        data = self.folder / "data"
        self._run(
            find_binary("initdb"), "-D", str(data), "-U", "upheld", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            f"{self.folder} -c max_connections=60"
        )
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        self._run(
            find_binary("pg_ctl"), "-D", str(data), "-w", "-l", str(self.folder / "log"),
            "-o", options, "start",
        )  # fmt: skip
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(os.getpid()), str(self.folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        if not self.folder.exists():
            return
        self._watch.kill()
        self._watch.wait()
        try:
            self._run(
                find_binary("pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"
            )
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
