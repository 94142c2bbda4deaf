"""`python -m sites.provider --port 8090 --shop http://127.0.0.1:8000 --state var/provider`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from pathlib import Path

from sites.provider.account import account_at
from sites.provider.ledger import Ledger
from sites.provider.server import Provider


def main() -> int:
    parser = argparse.ArgumentParser(prog="provider", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 = any free port")
    parser.add_argument("--shop", default="http://127.0.0.1:8000", help="where notifications go")
    parser.add_argument("--state", type=Path, default=Path("var/provider"), help="folder to keep")
    given = parser.parse_args()
    if not given.shop.startswith(("http://127.0.0.1", "http://localhost", "https://")):
        parser.error("notifications go over https, or over http on this machine")
    provider = Provider(
        account_at(given.state / "account.json"),
        Ledger(given.state / "books.sqlite3"),
        shop=given.shop,
        port=given.port,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Provider ready: {provider.url}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        provider.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
