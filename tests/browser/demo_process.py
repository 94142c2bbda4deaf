"""The demo as a person starts it: `python -m sites.demo`, in a state folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 600
PEOPLE = 6


@dataclass
class Demo:
    """A running demo: shop at `url`, payment provider at `provider`, files under `var`."""

    var: Path
    port: int
    url: str = ""
    provider: str = ""
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    @property
    def state(self) -> Path:
        return self.var / "appliance_shop"

    def start(self) -> None:
        """Return when the demo has printed `Ready:` and its logins."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sites.demo", "--port", str(self.port), "--workers", "1",
             "--people", str(PEOPLE)],
            cwd=ROOT, env={**os.environ, "UPHELD_VAR": str(self.var)}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        until = time.monotonic() + START_SECONDS
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("Ctrl+C"):
                break
            assert time.monotonic() < until, "\n".join(self.said)
        ready = [line for line in self.said if line.startswith("Ready: ")]
        assert ready, "\n".join(self.said)
        self.url = ready[0].removeprefix("Ready: ")
        self.provider = self._provider()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as a person or a service manager does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    @property
    def smtp(self) -> int:
        """The port at which the demo's mail server takes letters."""
        (line,) = (line for line in self.said if "by SMTP to port" in line)
        return int(line.rstrip(".").rsplit(" ", 1)[1])

    def recovery_code(self, email: str) -> str:
        """Give a clerk a new second factor with the shop's own command; return one code."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "second_factor", email, "--new"],
            cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "UPHELD_VAR": str(self.var), "UPHELD_SITE": "appliance_shop"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.partition("Recovery codes: ")[2].split(",")[0].strip()

    def left_behind(self) -> list[str]:
        """Command lines of processes of the demo's session that are still alive."""
        assert self.process is not None
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                session = (folder / "stat").read_text().rsplit(")", 1)[1].split()[3]
                words = (folder / "cmdline").read_text().replace("\0", " ").strip()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            if int(session) == self.process.pid and words:
                found.append(words)
        return found

    def _provider(self) -> str:
        """The one outside address that the shop lets a form lead to."""
        with urllib.request.urlopen(self.url, timeout=60) as answer:
            policy = answer.headers["Content-Security-Policy"]
        found = re.search(r"form-action 'self' (http://127\.0\.0\.1:\d+)", policy)
        assert found is not None, policy
        return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
