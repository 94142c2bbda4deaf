"""`make bench`: every benchmark in turn, each a process of its own, JSON lines on standard output.

`python -m benchmarks [--quick] [NAME ...]`. A line is one paired comparison made in one run:
`name`, `ratio` (with Upheld over without), `budget` where the design sets one, and `met`.
Noise is why nothing here is an absolute time. A missed budget is printed, never an error.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = (
    "pages", "queries", "decisions", "consent", "sealing", "rights", "evidence", "memory",
    "second_line",
)  # fmt: skip
LONG = ("retention", "lengths", "campaigns", "visits")
"""Run only when named."""


def main() -> int:
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or list(BENCHMARKS)
    unknown = [*(set(wanted) - {*BENCHMARKS, *LONG}), *(set(options) - {"--quick"})]
    if unknown:
        known = ", ".join(("--quick", *BENCHMARKS, *LONG))
        print(f"unknown: `{unknown[0]}`; known: {known}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted:
        print(f"# {name}", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], cwd=ROOT)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
