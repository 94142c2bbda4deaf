"""Worker processes as the benchmarks hold them: started, told, stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PRIVACY = ROOT / "sites" / "appliance_shop" / "privacy"
SEALED = re.compile(r",\s*sealed: (?:\{[^}]*\}|\w+)")

Place = dict[str, str]
"""Environment that says which database: see the shop's settings."""


def sqlite(var: Path) -> Place:
    """The database file under `var`."""
    return {"UPHELD_DB": "sqlite", "UPHELD_VAR": str(var)}


def postgresql(var: Path, port: int, name: str) -> Place:
    """A database of a private server; pictures and keys lie under `var`."""
    return {
        "UPHELD_DB": "postgresql",
        "UPHELD_VAR": str(var),
        "UPHELD_PG_PORT": str(port),
        "UPHELD_PG_NAME": name,
    }


def unsealed_policy(folder: Path) -> Path:
    """Copy the shop's privacy folder without its seals; returns the copy."""
    copy = folder / "privacy-unsealed"
    # Without the recorded versions, which refuse rules that get worse under one date.
    shutil.copytree(PRIVACY, copy, ignore=shutil.ignore_patterns("versions"))
    policy = copy / "policy.yaml"
    text, count = SEALED.subn("", policy.read_text())
    if not count or "sealed:" in text:
        raise RuntimeError("the policy writes its seals in a way that is not known here")
    policy.write_text(text)
    return copy


def environment(place: Place, *, guard: bool, privacy: Path = PRIVACY) -> dict[str, str]:
    """Return the environment of a process of the shop."""
    return {
        **os.environ,
        **place,
        "UPHELD_GUARD": "on" if guard else "off",
        "UPHELD_PRIVACY_DIR": str(privacy),
        "DJANGO_SETTINGS_MODULE": "benchmarks.shop.settings",
    }


class Worker:
    """One process of the shop. Construction starts it, `wait` returns when it is ready."""

    def __init__(self, place: Place, *, guard: bool, people: int, privacy: Path = PRIVACY) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.shop.worker"],
            cwd=ROOT,
            env=environment(place, guard=guard, privacy=privacy)
            | {"UPHELD_BENCH_PEOPLE": str(people)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def wait(self) -> dict[str, list[str]]:
        """Return the pages once the worker is ready: name -> path and cookies."""
        return dict(self._read()["ready"])

    def open(self, page: str) -> dict[str, float]:
        """Open a page; returns seconds as `wall` and as `cpu` of the worker."""
        assert self.process.stdin is not None
        self.process.stdin.write(page + "\n")
        self.process.stdin.flush()
        return self._read()

    def stop(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("a worker of the shop ended; its message stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer
