"""Each way there: files whole or not at all, a pinned server, answers that come later."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from upheld.disclosure.endpoints import endpoint_of
from upheld.disclosure.spreadsheet import harmless
from upheld.disclosure.ways import Answer, way_to
from upheld.errors import ConfigurationError

KIND = "application/json"


@dataclass
class Server:
    """A private OpenSSH server that serves one folder by SFTP."""

    port: int
    folder: Path
    key: Path
    known_hosts: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    base = tmp_path_factory.mktemp("sshd")
    for name in ("host", "client"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(base / name)], check=True
        )
    (base / "authorized").write_text((base / "client.pub").read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = base / "config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {base / 'host'}\n"
        f"AuthorizedKeysFile {base / 'authorized'}\nPidFile {base / 'pid'}\n"
        "StrictModes no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        "Subsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    process = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)
    known = base / "known"
    known.write_text(f"[127.0.0.1]:{port} {(base / 'host.pub').read_text()}")
    until = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
        time.sleep(0.05)
    folder = base / "in"
    folder.mkdir()
    yield Server(port, folder, base / "client", known)
    process.terminate()
    process.wait(timeout=15)


def _endpoint(settings: Any, **entry: Any) -> Any:
    settings.UPHELD = {**settings.UPHELD, "RECIPIENTS": {"courier": entry}}
    return endpoint_of("courier")


def _sftp(settings: Any, server: Server, **changed: Any) -> Any:
    user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
    at = f"sftp://{user}@127.0.0.1:{server.port}{server.folder}"
    entry = {"way": "sftp", "at": at, "key": server.key, "known_hosts": server.known_hosts}
    return way_to(_endpoint(settings, **{**entry, **changed}))


def test_sftp_puts_the_whole_file(settings: Any, server: Server) -> None:
    way = _sftp(settings, server)
    assert way.send("visits-a1.csv", b"reference\r\n", key="a1", kind=KIND) == Answer(
        "taken", "visits-a1.csv"
    )
    assert [path.name for path in server.folder.iterdir()] == ["visits-a1.csv"]
    assert (server.folder / "visits-a1.csv").read_bytes() == b"reference\r\n"


def test_sftp_waits_for_the_answer_to_a_notice(settings: Any, server: Server) -> None:
    way = _sftp(settings, server)
    way.send("erase-b2.json", b"{}", key="b2", kind=KIND)
    assert way.answered("b2") is None
    (server.folder / "b2.done").write_text("")
    assert way.answered("b2") == Answer("done", "answered")


def test_sftp_trusts_one_server_key(settings: Any, server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    known = tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {other.with_suffix('.pub').read_text()}")
    answer = _sftp(settings, server, known_hosts=known).send("x", b"name", key="c3", kind=KIND)
    assert answer.outcome == "later"
    assert not (server.folder / "x").exists()


def test_sftp_tries_again_later_when_nobody_listens(settings: Any, server: Server) -> None:
    way = _sftp(settings, server, at="sftp://nobody@127.0.0.1:9/in")
    assert way.send("x", b"name", key="d4", kind=KIND).outcome == "later"


def test_a_folder_gets_the_whole_file(settings: Any, tmp_path: Path) -> None:
    way = way_to(_endpoint(settings, way="file", at=f"file://{tmp_path}/out"))
    assert way.send("x.json", b"[]", key="e5", kind=KIND) == Answer("taken", "x.json")
    assert way.send("x.json", b"[]", key="e5", kind=KIND) == Answer("taken", "x.json")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.json"]
    assert (tmp_path / "out" / "x.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"way": "pigeon", "at": "x"}, '`RECIPIENTS["courier"]` in `UPHELD` cannot be used'),
        (
            {"way": "http", "at": "http://courier.example/in"},
            "`http://courier.example/in` would carry personal data in clear",
        ),
        (
            {"way": "http", "at": "ftp://courier.example"},
            '`ftp://courier.example` is no address for `http` in `RECIPIENTS["courier"]`',
        ),
        (
            {"way": "sftp", "at": "sftp://shop@courier.example/in"},
            '`RECIPIENTS["courier"]` reaches an unknown server',
        ),
    ],
)
def test_what_cannot_be_reached(settings: Any, entry: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        _endpoint(settings, **entry)
    assert error.value.message == message


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2", "@SUM(A1)", "\tx", "\r=1"])
def test_no_formula_runs_in_a_spreadsheet(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["+1 802 555-0142", "Wren", "", 7, None])
def test_ordinary_values_stay(value: Any) -> None:
    assert harmless(value) == value
