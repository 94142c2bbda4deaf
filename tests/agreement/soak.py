"""`make soak SECONDS=3600`: new questions until the time is up, from a seed that is printed.

The same seed asks the same questions; `--first` goes on where a run was stopped. A found
difference is printed as a vector and saved, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERY = 30
"""Seconds between two lines about how far it is."""


def main() -> int:
    """Run the soak; 0 = no difference, 1 = some, saved as vectors."""
    options = _options()
    _prepare(options.database)
    from django.db import connection, transaction

    from tests.agreement.conftest import with_asked
    from tests.agreement.generate import governed
    from tests.agreement.world import make_world
    from upheld.datamap.active import active, pinned

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    base = active()
    with transaction.atomic():
        with pinned(governed(base, with_asked(base.policy))):
            world = make_world()
        return _soak(options, world)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=None, help="default: a random one")
    parser.add_argument("--first", type=int, default=0, metavar="BATCH", help="go on from here")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--save", type=Path, default=ROOT / "var" / "agreement")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = secrets.randbelow(2**32)
    return options


def _prepare(database: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.project.settings"
    os.environ["UPHELD_TEST_DB"] = database
    if database == "postgresql":
        from tests.postgres import PostgreSQL

        os.environ["UPHELD_TEST_PG_PORT"] = str(PostgreSQL().start().port)
    import django

    django.setup()


def _soak(options: argparse.Namespace, world: object) -> int:
    from tests.agreement import vectors
    from tests.agreement.generate import batch
    from tests.agreement.run import differences
    from tests.agreement.ways import FirstLine

    way = FirstLine()
    began = told = time.monotonic()
    number, asked, found = options.first, 0, 0
    print(f"seed {options.seed}, from batch {number}, {way.name} line on {options.database}")
    while time.monotonic() - began < options.seconds:
        for each in differences(way, [batch(options.seed, number, world)]):  # type: ignore[arg-type]  # imported late
            asked += 1
            if each is None:
                continue
            found += 1
            text = vectors.written(each)
            options.save.mkdir(parents=True, exist_ok=True)
            path = options.save / vectors.file_name(text)
            path.write_text(text, encoding="utf-8")
            print(f"difference, saved as {path}\n{text}", flush=True)
        number += 1
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"{asked:,} cases, {found} differences, next batch {number}", flush=True)
    spent = time.monotonic() - began
    print(
        f"{asked:,} cases in {spent:.0f} s, {found} differences; "
        f"go on with `--seed {options.seed} --first {number} --database {options.database}`"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
