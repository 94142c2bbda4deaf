"""Rotates again and again while others work, then once more when they are done.

`python -m tests.keyring.spin <database as JSON> <keys folder>` starts the others itself
and prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict

from tests.keyring import site

SECONDS = 4.0


def main() -> None:
    site.start(json.loads(sys.argv[1]), sys.argv[2])
    site.make_tables()

    from upheld.keyring.kek import keks
    from upheld.keyring.models import SubjectKey
    from upheld.keyring.rotation import rotate

    others = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.keyring.busy", *sys.argv[1:3], name, str(SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    runs = []
    while any(other.poll() is None for other in others):
        runs.append(asdict(rotate(slice_size=20)))
        time.sleep(0.3)
    reports = [json.loads(other.communicate()[0]) for other in others]
    site.forget()
    final = rotate(slice_size=50)
    site.forget()
    living = SubjectKey.objects.filter(destroyed_at__isnull=True)
    print(
        json.dumps(
            {
                "runs": runs,
                "others": reports,
                "codes": [other.returncode for other in others],
                "final": asdict(final),
                "notes": site.read_all(),
                "living": living.count(),
                "under_current": living.filter(kek=final.current).count(),
                "files": keks().ids(),
            }
        )
    )


if __name__ == "__main__":
    main()
