"""`make bench`: every benchmark in turn, each a process of its own, JSON lines on standard output.

A line is one paired comparison made in one run: `name`, `ratio` (with Upheld over without),
`budget` where DESIGN sets one, and `met`. Noise is why nothing here is an absolute time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__init__", "__main__", "pairing"}


def main() -> int:
    wanted = sys.argv[1:]
    names = [path.stem for path in sorted(HERE.glob("*.py")) if path.stem not in NOT_BENCHMARKS]
    failed = []
    for name in names:
        if wanted and name not in wanted:
            continue
        print(f"# {name}", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"did not finish: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
