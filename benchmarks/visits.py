"""The shop's pages with visits counted, beside the same pages without; and how many views a
second one process takes and writes into PostgreSQL, for which the design asks 20,000."""

from __future__ import annotations

import io
import os
import secrets
import time
from collections.abc import Callable

from benchmarks import servers
from benchmarks.pairing import middle, quick, report, turns

COUNT = 2_000 if quick() else 200_000
RATE = 20_000
"""Views a second that must be taken in and written."""
PAGES = ("/", "/catalogue/", "/about/")
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36"
)


def main() -> None:
    server = servers.start()
    servers.create(server, "visits")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.shop.settings",
        "UPHELD_DB": "postgresql",
        "UPHELD_PG_HOST": "127.0.0.1",
        "UPHELD_PG_PORT": str(server.port),
        "UPHELD_PG_NAME": "visits",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("sample_data", people=2, verbosity=0, stdout=io.StringIO())
    _pages()
    _rate()


def _pages() -> None:
    """Each page with and without, the writer's thread at work meanwhile."""
    from django.test import Client

    from upheld.browser.visits import rules
    from upheld.browser.visits.buffer import BUFFER
    from upheld.datamap.active import active

    kept, name = active().kept, rules.__name__
    rule = rules.rule_in_force()
    for path in PAGES:
        client = Client(SERVER_NAME="127.0.0.1", HTTP_USER_AGENT=AGENT, REMOTE_ADDR="202.93.208.1")

        def opened(found: object, client: Client = client, path: str = path) -> Callable[[], None]:
            def open_it() -> None:
                kept[name] = found
                assert client.get(path).status_code == 200

            return open_it

        found = turns(opened(None), opened(rule), rounds=30, inner=4)
        added = sorted(other - base for base, other in found)[len(found) // 2]
        report(
            f"visits: {path}", middle(found), budget=1.03, note=f"{added * 1e6:.0f} µs a page more"
        )
    kept[name] = rule
    BUFFER.flush()


def _rate() -> None:
    """Views of many visitors, taken in and written in batches, one after the other."""
    from upheld.browser.visits.buffer import Buffer
    from upheld.browser.visits.moments import now
    from upheld.browser.visits.seen import Seen

    buffer = Buffer()
    buffer.by_hand = True
    visitors = [secrets.token_bytes(16) for _ in range(20_000)]
    day, hour = now()
    views = [
        Seen(
            day,
            hour,
            "view",
            f"catalogue:detail page-{n % 300}",
            "home" if n % 2 else "",
            country=("US", "CA", "GB", "BN")[n % 4],
            browser=("Chrome", "Safari", "Firefox")[n % 3],
            system=("iOS", "Android", "Windows")[n % 3],
            device=("phone", "desktop")[n % 2],
            number=50,
            visitor=visitors[secrets.randbelow(len(visitors))],
            visit=secrets.token_bytes(16),
        )
        for n in range(COUNT)
    ]
    began = time.perf_counter()
    for start in range(0, COUNT, 20_000):
        for one in views[start : start + 20_000]:
            buffer.put(one)
        buffer.flush()
    spent = time.perf_counter() - began
    rate = COUNT / spent
    note = f"{rate:.0f} views a second, of {RATE} that must be reached"
    report("visits: taken in and written", RATE / rate, budget=1.0, note=note)


if __name__ == "__main__":
    main()
