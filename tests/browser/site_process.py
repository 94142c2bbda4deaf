"""A site that is not the demo: migrated, with a few people, served by gunicorn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.browser.demo_process import ROOT, free_port

START_SECONDS = 120


@dataclass
class Served:
    """A running site at `url`, its files under `var`."""

    site: str
    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it; returns when it is gone."""
        self.process.terminate()
        self.process.wait(timeout=30)


def serve(site: str, var: Path) -> Served:
    """Make the site ready and serve it; returns when it answers."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "UPHELD_VAR": str(var),
        "UPHELD_SITE": site,
        "DJANGO_SETTINGS_MODULE": f"sites.{site}.settings",
        "UPHELD_SITE_URL": url,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    for command in (("migrate", "-v", "0"), ("sample_data", "--people", "3")):
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    gunicorn = Path(sys.executable).parent / "gunicorn"
    process = subprocess.Popen(
        [str(gunicorn), f"sites.{site}.wsgi:application", "--bind", f"127.0.0.1:{port}",
         "--workers", "1", "--worker-class", "gthread", "--threads", "4",
         "--log-level", "warning"],
        cwd=ROOT, env=env,
    )  # fmt: skip
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return Served(site, url, process)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"`{site}` did not start")
