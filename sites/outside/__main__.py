"""`python -m sites.outside widget --host 127.0.0.2 --port 8075`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys

from sites.outside.content import HOSTS
from sites.outside.server import Origin


def main() -> int:
    parser = argparse.ArgumentParser(prog="outside", description=__doc__)
    parser.add_argument("kind", choices=sorted(HOSTS))
    parser.add_argument("--host", default="127.0.0.2", help="another address than the site's")
    parser.add_argument("--port", type=int, default=0, help="0 = any free port")
    given = parser.parse_args()
    origin = Origin(HOSTS[given.kind], host=given.host, port=given.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"{given.kind.capitalize()} ready: {origin.url}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        origin.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
