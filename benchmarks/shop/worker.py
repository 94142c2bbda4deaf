"""One worker process of the shop: makes its database, then opens pages when told.

Speaks lines on standard input and output: a page's name in, `{"wall", "cpu"}` in seconds
out; `ready` once at the start. Environment: see `sites/appliance_shop/settings.py`, and
`UPHELD_BENCH_PEOPLE` = how many members to invent.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.shop.settings")

import django
from django.core.management import call_command


def main() -> None:
    speak = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever else prints must not mix with the answers
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
    people = os.environ.get("UPHELD_BENCH_PEOPLE", "60")
    call_command("sample_data", people=int(people), stdout=io.StringIO(), skip_checks=True)

    from benchmarks.shop.visits import page_at, places
    from sites.appliance_shop.wsgi import application

    ready = places()
    known = {name: page_at(application, place) for name, place in ready.items()}
    speak.write(json.dumps({"ready": ready}) + "\n")
    for line in sys.stdin:
        page = known[line.strip()]
        wall, cpu = time.perf_counter(), time.process_time()
        status = page()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if status != 200:
            raise RuntimeError(f"`{line.strip()}` answered {status}")
        speak.write(json.dumps({"wall": wall, "cpu": cpu}) + "\n")


if __name__ == "__main__":
    main()
