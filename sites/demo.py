"""`make demo`: make one site ready with sample data and serve it with what stands around it.

Everything it writes lies under `var/`. A second start keeps what is there.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from sites import mailserver, scanner
from sites.frame.demonstration import JOBS, Beside, Demo

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WAIT_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--site", default="appliance_shop")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--people", type=int, default=200, help="members in the sample data")
    given = parser.parse_args()
    known = sorted(path.parent.name for path in (ROOT / "sites").glob("*/demo.py"))
    if given.site not in known:
        print(f"unknown site `{given.site}`; known: {', '.join(known)}", file=sys.stderr)
        return 2
    if _answers(given.port):
        print(f"port {given.port} is taken; try: make demo PORT={given.port + 1}", file=sys.stderr)
        return 2

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return Running(given.site, given.port, given.workers, given.people).run()


class Running:
    """One demo: the site, and what its `demo.py` asks for."""

    def __init__(self, site: str, port: int, workers: int, people: int) -> None:
        self.site, self.port, self.workers, self.people = site, port, workers, people
        self.wanted: Demo = import_module(f"sites.{site}.demo").DEMO
        self.var = Path(os.environ.get("UPHELD_VAR", ROOT / "var"))
        self.manage = [sys.executable, str(ROOT / "manage.py")]
        self.url = f"http://127.0.0.1:{port}"
        self.ports = {each.name: _free_port(each.host) for each in self.wanted.beside}
        self.scanner_port = _free_port() if scanner.installed() else 0
        self.mail = mailserver.Ports(_free_port(), _free_port(), _free_port())
        self.secret = self.var / site / "mailserver" / "password"
        self.environment = self._environment()
        self.servers: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Prepare, serve until it is stopped or a process of it ends; returns the exit code."""
        code = self._prepare()
        if code:
            return code
        try:
            self._start()
            if not _wait(self.port, self.servers):
                print("the site did not start; its messages stand above", file=sys.stderr)
                return 1
            self._say()
            while all(server.poll() is None for server in self.servers):
                time.sleep(0.5)
            return 1
        finally:
            for server in self.servers:
                server.terminate()
            for server in self.servers:
                try:
                    server.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    server.kill()

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "UPHELD_SITE": self.site,
            "DJANGO_SETTINGS_MODULE": f"sites.{self.site}.settings",
            "UPHELD_SITE_URL": self.url,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }
        for each in self.wanted.beside:
            environment[each.told] = f"http://{each.host}:{self.ports[each.name]}{each.path}"
        if self.scanner_port:
            environment["UPHELD_CLAMD"] = f"127.0.0.1:{self.scanner_port}"
        if self.wanted.letters:
            environment["UPHELD_IMAP"] = f"imap://127.0.0.1:{self.mail.imap}"
            environment["UPHELD_IMAP_PASSWORD_FILE"] = str(self.secret)
        return environment

    def _prepare(self) -> int:
        made = self.var / self.site / "sample_data"
        fresh = not made.exists()
        steps: list[tuple[str, tuple[str, ...]]] = [
            ("Making the database", ("migrate", "-v", "0")),
            ("Gathering style sheets and pictures", ("collectstatic", "--noinput", "-v", "0")),
        ]
        if fresh:
            people = ("sample_data", "--people", str(self.people))
            steps += [("Making sample data", people), *self.wanted.after_sample]
        steps += [
            ("Ending what is kept no longer", ("upheld", "sweep")),
            ("Inspecting the server", ("upheld", "inspect", "--if-due")),
            ("Trying to break every promise", ("upheld", "prove")),
        ]
        # Each in a process group of its own: Ctrl+C reaches this process alone, which ends them.
        for title, command in steps:
            print(f"{title} ...", flush=True)
            done = subprocess.run(
                [*self.manage, *command], cwd=ROOT, env=self.environment, process_group=0
            )
            if done.returncode and not {"prove", "inspect"} & {*command}:  # findings are shown
                return done.returncode
        if fresh:
            made.write_text("made\n")
        return 0

    def _start(self) -> None:
        if self.wanted.letters:
            password = mailserver.new_password(self.secret)
            log = self.var / "mailserver" / "log"
            self.servers.append(mailserver.start(log, self.mail, password))
        if self.scanner_port:
            self.servers.append(scanner.start(self.var / self.site / "scanner", self.scanner_port))
        for each in self.wanted.beside:
            self._open(self._beside(each), log=self.var / each.name)
        self._open(
            [str(BIN / "gunicorn"), f"sites.{self.site}.wsgi:application",
             "--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers),
             # Browsers open connections ahead of use; a worker without threads waits on them.
             "--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5",
             "--log-level", "warning"],
            quiet=False,
        )  # fmt: skip
        for job in (*JOBS, *self.wanted.jobs):
            self._open([*self.manage, *job])

    def _beside(self, each: Beside) -> list[str]:
        fill = {"site": self.url, "state": str(self.var / each.name)}
        words = [word.format(**fill) for word in each.words]
        port = str(self.ports[each.name])
        return [sys.executable, "-m", each.module, *words, "--port", port]

    def _open(self, command: list[str], *, log: Path | None = None, quiet: bool = True) -> None:
        """Start a process. What outsiders write about each request would only fill the screen:
        it goes into `log`, a folder."""
        self.servers.append(
            subprocess.Popen(
                command, cwd=ROOT, env=self.environment, process_group=0,
                stdout=subprocess.DEVNULL if quiet else None,
                stderr=_log(log) if log else None,
            )
        )  # fmt: skip

    def _say(self) -> None:
        print(f"\nReady: {self.url}", flush=True)
        subprocess.run([*self.manage, "demo_logins"], cwd=ROOT, env=self.environment)
        if self.wanted.letters:
            page = f"http://127.0.0.1:{self.mail.page}"
            print(f"Write a letter at {page}, or by SMTP to port {self.mail.smtp}.")
        if not self.scanner_port:
            print("No scanner (clamav-daemon) is installed: identity documents stay in quarantine.")
        print("Ctrl+C stops it.", flush=True)


def _log(folder: Path) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "log").open("ab")


def _free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(port: int, servers: list[subprocess.Popen[bytes]]) -> bool:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and all(server.poll() is None for server in servers):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
