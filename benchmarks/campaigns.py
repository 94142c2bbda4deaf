"""A campaign to 100,000 people, decided and handed to a mail server, beside a bare smtplib loop.

`python -m benchmarks campaigns` for both databases; named, since making the people takes a
while. The loop sends mails of the same size to the same server and decides nothing: what the
campaign takes beyond it is our own work. `UPHELD_BENCH_PEOPLE` makes fewer people.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.pairing import quick, report

PEOPLE = int(os.environ.get("UPHELD_BENCH_PEOPLE", "300" if quick() else "100000"))
A_SECOND = 1000
"""Mails of our own work: the processor's time of the worker beyond that of the loop. What the
clock says is in the first line, with what the database and the mail server took."""
GROWTH = 32
"""MiB that a worker may grow while it sends them all."""
STEP = 2000
BODY = """# Two for one, this week

Hello {name}, these bundles are new:

- [The early riser](https://aldgrove.example/bundles/early/): kettle and toaster
- [The baker's corner](https://aldgrove.example/bundles/baker/): mixer and scales

Come and see them.
"""


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in ("sqlite", "postgresql"):
        return measure(sys.argv[1])
    for vendor in ("sqlite", "postgresql"):
        options = [word for word in sys.argv[1:] if word.startswith("-")]
        subprocess.run([sys.executable, "-m", "benchmarks.campaigns", vendor, *options], check=True)
    return None


def measure(vendor: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.clinic.settings"
    if vendor == "postgresql":
        server = servers.start()
        servers.create(server, "default", "stock")
        os.environ["UPHELD_BENCH_PG_PORT"] = str(server.port)
    else:
        made = tempfile.mkdtemp(prefix="upheld-bench-")
        os.environ["UPHELD_BENCH_SQLITE"] = str(Path(made) / "default.sqlite3")
    sink = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.clinic.sink"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert sink.stdin is not None and sink.stdout is not None
    port = int(sink.stdout.readline())
    try:
        _compare(vendor, port)
        sink.stdin.write("\n")
        sink.stdin.flush()
        assert int(sink.stdout.readline()) == 2 * PEOPLE
    finally:
        sink.terminate()
        sink.wait()


def _compare(vendor: str, port: int) -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ROOT_URLCONF = "tests.pages.site"

    from django.core.management import call_command
    from django.urls import reverse

    from tests.mail.campaigns.stage import policy_with, started
    from upheld.datamap.active import override
    from upheld.journal import fresh_buffer
    from upheld.mail.campaigns import sending

    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    reverse("upheld:notice")
    with override(policy=policy_with()), fresh_buffer():
        fill()
        campaign = started(body=BODY)
        memory: list[float] = []
        began, used = time.perf_counter(), time.process_time()

        def look(done: dict[str, int]) -> None:
            if not memory or done["sent"] // (PEOPLE // 10 or 1) >= len(memory):
                memory.append(_resident())

        sending.send(campaign, progress=look)
        ours, worked = time.perf_counter() - began, time.process_time() - used
        sample = _sample(campaign)
    began, used = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(PEOPLE):
            smtp.sendmail("news@aldgrove.example", [f"p{number}@post.example"], sample)
    bare, idle = time.perf_counter() - began, time.process_time() - used
    own = PEOPLE / max(worked - idle, 0.001)
    report(
        f"campaigns: {PEOPLE:,} mails on {vendor}, beside a bare smtplib loop",
        ours / bare,
        note=f"{PEOPLE / ours:,.0f} mails a second in all, {PEOPLE / bare:,.0f} of the loop",
    )
    report(
        f"campaigns: {A_SECOND:,} mails a second on {vendor}, beside what our own work allows",
        A_SECOND / own,
        budget=1.0,
        note=f"{own:,.0f} a second",
    )
    grown = memory[-1] - memory[1] if len(memory) > 2 else 0.0
    report(
        f"campaigns: memory on {vendor} grown from a tenth of the mails to the last",
        grown / GROWTH,
        budget=1.0,
        note=f"{grown:.1f} MiB, {memory[-1]:.0f} MiB in all",
    )


def fill() -> None:
    """Make people with sealed names and addresses who agreed to be mailed."""
    from datetime import UTC, datetime

    from django.contrib.auth.models import User

    from tests.mail.campaigns.stage import NEWS
    from upheld.consent.models import ConsentState
    from upheld.context import purpose
    from upheld.journal import fresh_buffer

    for start in range(0, PEOPLE, STEP):
        numbers = range(start + 1, min(start + STEP, PEOPLE) + 1)
        with purpose("upkeep"), fresh_buffer():
            User.objects.bulk_create(
                User(
                    id=number,
                    username=f"p{number}",
                    first_name=f"Name{number}",
                    email=f"p{number}@post.example",
                    password="!",
                )
                for number in numbers
            )
            ConsentState.objects.bulk_create(
                ConsentState(
                    subject=f"member:{number}",
                    purpose=NEWS,
                    granted=True,
                    since=datetime.now(UTC),
                    entry=0,
                )
                for number in numbers
            )


def _sample(campaign: Any) -> bytes:
    from tests.mail.campaigns.stage import NEWS
    from upheld.datamap.active import active
    from upheld.mail.campaigns import fields
    from upheld.mail.campaigns.letters import letter
    from upheld.mail.sending import prepare

    policy = active().policy
    name = fields.values(policy, "Name1")
    message = letter(campaign, policy).to("p1@post.example", name)
    return bytes(
        prepare(
            message, klass="marketing", subject="member:1", purpose=NEWS, topic="bundles",
            decided=True,
        )
    )  # fmt: skip


def _resident() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
