"""A private pgbouncer in transaction mode before the private server, stopped by process id."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.postgres import free_port
from tests.secondline.server import APP, ROLES, port

CONFIGURATION = """
[databases]
{name} = host=127.0.0.1 port={server} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
auth_file =
pool_mode = transaction
default_pool_size = 2
max_client_conn = 50
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
"""
# `any` signs every client in as the user named here: the site's login.


@contextmanager
def pgbouncer() -> Iterator[int]:
    """Yield the port that it listens on. Two connections to the server serve all clients."""
    with tempfile.TemporaryDirectory(prefix="upheld-pooler-") as name:
        folder, listening = Path(name), free_port()
        text = CONFIGURATION.format(name=ROLES, server=port(), port=listening, folder=folder)
        text = text.replace(f"dbname={ROLES}", f"dbname={ROLES} user={APP}")
        (folder / "ini").write_text(text)
        command = ["/usr/sbin/pgbouncer", str(folder / "ini")]
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
            folder.chmod(0o700)
        process = subprocess.Popen(
            command,
            user=user.pw_uid if user else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(listening)
            yield listening
        finally:
            process.terminate()
            process.wait(10)


def _wait(listening: int) -> None:
    for _ in range(100):
        try:
            psycopg.connect(
                host="127.0.0.1", port=listening, dbname=ROLES, user=APP, connect_timeout=2
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("pgbouncer did not start")
