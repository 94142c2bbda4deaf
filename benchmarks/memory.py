"""Memory of one gunicorn worker of the shop after 200 requests, with the guard and without."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.pairing import quick, report
from benchmarks.shop.running import ROOT, Worker, environment, sqlite
from tests.postgres import free_port

MEBIBYTES = 256
REQUESTS = 200


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="upheld-bench-") as made:
        without = resident(Path(made) / "off", guard=False)
        with_it = resident(Path(made) / "on", guard=True)
    note = f"{with_it:.0f} MiB with, {without:.0f} without"
    report("memory: a worker after 200 requests", with_it / without, note=note)
    report(
        "memory: the same, beside the 256 MiB that a worker may take",
        with_it / MEBIBYTES,
        budget=1.0,
    )


def resident(var: Path, *, guard: bool) -> float:
    """Return the resident memory of a worker in MiB after its requests."""
    place = sqlite(var)
    maker = Worker(place, guard=guard, people=2 if quick() else 60)
    pages = list(maker.wait().values())
    maker.stop()
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "sites.appliance_shop.wsgi:application", "--bind",
         f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"],
        cwd=ROOT, env=environment(place, guard=guard),
    )  # fmt: skip
    try:
        _wait(port)
        for number in range(8 if quick() else REQUESTS):
            path, cookie = pages[number % len(pages)]
            _get(port, path, cookie)
        return _resident(_worker_of(server.pid))
    finally:
        server.terminate()
        server.wait(timeout=20)


def _get(port: int, path: str, cookie: str) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            return _get(port, "/about/", "")
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def _worker_of(master: int) -> int:
    (child,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(child)


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
