"""`python -m sites.carrier --port 8070 --state var/carrier`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path

from sites.carrier.books import Books
from sites.carrier.server import Carrier
from sites.carrier.token import token_at


def main() -> int:
    parser = argparse.ArgumentParser(prog="carrier", description=__doc__)
    parser.add_argument("--port", type=int, default=8070, help="0 = any free port")
    parser.add_argument("--state", type=Path, default=Path("var/carrier"), help="folder to keep")
    given = parser.parse_args()
    carrier = Carrier(
        Books(given.state / "books.sqlite3"), token_at(given.state / "token"), port=given.port
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Carrier ready: {carrier.url}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        carrier.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
