"""`make demo`: make one site ready with sample data and serve it with its payment provider.

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
from pathlib import Path
from typing import BinaryIO

from sites import mailserver, scanner

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
    known = sorted(path.parent.name for path in (ROOT / "sites").glob("*/settings.py"))
    if given.site not in known:
        print(f"unknown site `{given.site}`; known: {', '.join(known)}", file=sys.stderr)
        return 2
    if _answers(given.port):
        print(f"port {given.port} is taken; try: make demo PORT={given.port + 1}", file=sys.stderr)
        return 2

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    state = Path(os.environ.get("UPHELD_VAR", ROOT / "var"))
    provider_port, carrier_port = _free_port(), _free_port()
    environment = {
        **os.environ,
        "UPHELD_SITE": given.site,
        "DJANGO_SETTINGS_MODULE": f"sites.{given.site}.settings",
        "UPHELD_SITE_URL": f"http://127.0.0.1:{given.port}",
        "UPHELD_PROVIDER_URL": f"http://127.0.0.1:{provider_port}",
        "UPHELD_CARRIER_URL": f"http://127.0.0.1:{carrier_port}/consignments",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    scanner_port = _free_port() if scanner.installed() else 0
    if scanner_port:
        environment["UPHELD_CLAMD"] = f"127.0.0.1:{scanner_port}"
    mail = mailserver.Ports(_free_port(), _free_port(), _free_port())
    secret = state / "mailserver" / "password"
    environment["UPHELD_IMAP"] = f"imap://127.0.0.1:{mail.imap}"
    environment["UPHELD_IMAP_PASSWORD_FILE"] = str(secret)
    manage = [sys.executable, str(ROOT / "manage.py")]
    fresh = not (state / given.site / "sample_data").exists()
    steps: list[tuple[str, list[str]]] = [
        ("Making the database", [*manage, "migrate", "-v", "0"]),
        ("Gathering style sheets and pictures", [*manage, "collectstatic", "--noinput", "-v", "0"]),
    ]
    if fresh:
        steps.append(
            ("Making sample data", [*manage, "sample_data", "--people", str(given.people)])
        )
        steps.append(("Telling the payment provider of it", [*manage, "teach_provider"]))
    steps.append(("Ending what is kept no longer", [*manage, "upheld", "sweep"]))
    steps.append(("Inspecting the server", [*manage, "upheld", "inspect", "--if-due"]))
    steps.append(("Trying to break every promise", [*manage, "upheld", "prove"]))
    # Each in a process group of its own: Ctrl+C reaches this process alone, which ends them.
    for title, command in steps:
        print(f"{title} ...", flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, process_group=0)
        if done.returncode and not {"prove", "inspect"} & {*command}:  # findings are shown
            return done.returncode
    if fresh:
        (state / given.site / "sample_data").write_text("made\n")

    servers = [
        mailserver.start(state / "mailserver" / "log", mail, mailserver.new_password(secret)),
        *([scanner.start(state / "scanner", scanner_port)] if scanner_port else []),
        subprocess.Popen(
            [sys.executable, "-m", "sites.provider", "--port", str(provider_port),
             "--shop", environment["UPHELD_SITE_URL"], "--state", str(state / "provider")],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=_log(state / "provider"),
            process_group=0,
        ),
        subprocess.Popen(
            [sys.executable, "-m", "sites.carrier", "--port", str(carrier_port),
             "--state", str(state / "carrier")],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=_log(state / "carrier"),
            process_group=0,
        ),
        subprocess.Popen(
            [str(BIN / "gunicorn"), f"sites.{given.site}.wsgi:application",
             "--bind", f"127.0.0.1:{given.port}", "--workers", str(given.workers),
             # Browsers open connections ahead of use; a worker without threads waits on them.
             "--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5",
             "--log-level", "warning"],
            cwd=ROOT, env=environment, process_group=0,
        ),
        subprocess.Popen(  # settles, gives up, refunds and mails what nobody came back for
            [*manage, "mind_orders", "--every", "30"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, process_group=0,
        ),
        subprocess.Popen(  # keeps the clocks of people's requests
            [*manage, "upheld", "requests", "--mind", "--every", "60"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, process_group=0,
        ),
        subprocess.Popen(  # tells the carrier of parcels, and recipients of erasures
            [*manage, "upheld", "deliver", "--every", "10"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, process_group=0,
        ),
        subprocess.Popen(  # takes letters in, and sends what answers them
            [*manage, "upheld", "mailboxes", "--every", "5"],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, process_group=0,
        ),
    ]  # fmt: skip
    try:
        if not _wait(given.port, servers):
            print("the site did not start; its messages stand above", file=sys.stderr)
            return 1
        print(f"\nReady: http://127.0.0.1:{given.port}", flush=True)
        subprocess.run([*manage, "demo_logins"], cwd=ROOT, env=environment)
        print(f"Write a letter at http://127.0.0.1:{mail.page}, or by SMTP to port {mail.smtp}.")
        if not scanner_port:
            print("No scanner (clamav-daemon) is installed: identity documents stay in quarantine.")
        print("Ctrl+C stops it.", flush=True)
        while all(server.poll() is None for server in servers):
            time.sleep(0.5)
        return 1
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()


def _log(folder: Path) -> BinaryIO:
    """Where the provider writes its request lines, which would only fill the screen."""
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "log").open("ab")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
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
