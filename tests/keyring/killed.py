"""Kills a rotation at every point there is, and finishes it with another one.

`python -m tests.keyring.killed <database as JSON> <keys folder>` prints one JSON object a
point. A point is each step that the rotation names, and each time before and after the
disk is touched: flushing, naming and removing files, committing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.keyring import site

NOTES = 12
DESTROYED = 2


class Countdown:
    """Kills this process at the n-th point."""

    def __init__(self, n: int, report: int) -> None:
        self._left = n
        self._report = report

    def point(self, name: str) -> None:
        self._left -= 1
        if self._left == 0:
            os.write(self._report, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **options: Any) -> Any:
            self.point(f"before {name}")
            result = act(*args, **options)
            self.point(f"after {name}")
            return result

        return watched


def rotate_until_killed(n: int, report: int) -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from upheld.keyring.rotation import rotate

    death = Countdown(n, report)
    os.fsync = death.around("fsync", os.fsync)
    Path.rename = death.around("rename", Path.rename)  # type: ignore[method-assign] # this process dies
    Path.unlink = death.around("unlink", Path.unlink)  # type: ignore[method-assign] # as above
    BaseDatabaseWrapper.commit = death.around("commit", BaseDatabaseWrapper.commit)  # type: ignore[method-assign] # as above
    rotate(slice_size=5, step=lambda name: death.point(f"step {name}"))


def finish() -> dict[str, Any]:
    from upheld.keyring.kek import keks
    from upheld.keyring.models import IndexKey, SubjectKey
    from upheld.keyring.rotation import rotate

    blind = site.keyring_blind()
    before = site.read_all()
    left = len(keks().ids())
    done = rotate(slice_size=5, new_key=False)
    site.forget()
    assert site.keyring_blind() == blind
    living = SubjectKey.objects.filter(destroyed_at__isnull=True)
    return {
        "before": before,
        "after": site.read_all(),
        "files_left": left,
        "files": len(keks().ids()),
        "under_current": living.filter(kek=done.current).count(),
        "index_under_current": IndexKey.objects.filter(kek=done.current).count(),
        "remaining": done.remaining,
        "kept": list(done.kept),
    }


def in_a_child(work: Callable[[int], None]) -> tuple[int, str]:
    """Run in a forked process. Returns (signal or exit code, what it wrote)."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        code = 1
        try:
            work(write)
            code = 0
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    status = os.waitpid(pid, 0)[1]
    return os.waitstatus_to_exitcode(status), text


def main() -> None:
    from django.db import connections

    site.start(json.loads(sys.argv[1]), sys.argv[2])

    def fill(_: int) -> None:
        from upheld import keyring

        site.make_tables()
        for n in range(NOTES):
            site.write(f"member:{n}")
        keyring.destroy([f"member:{n}" for n in range(DESTROYED)])

    def finished(report: int) -> None:
        os.write(report, json.dumps(finish()).encode())

    assert in_a_child(fill)[0] == 0
    for n in range(1, 1000):
        connections.close_all()
        code, point = in_a_child(lambda report, n=n: rotate_until_killed(n, report))  # type: ignore[misc] # mypy cannot infer the default
        if code == 0:
            break
        assert code == -signal.SIGKILL, code
        code, text = in_a_child(finished)
        assert code == 0, point
        print(json.dumps({"point": point, **json.loads(text)}), flush=True)


if __name__ == "__main__":
    main()
