"""The demo's own words: what it prints, what it leaves, what it refuses."""

from __future__ import annotations

import subprocess
import sys

from tests.browser.demo_process import ROOT, Demo


def test_it_says_where_it_is_and_who_can_sign_in(demo: Demo) -> None:
    said = "\n".join(demo.said)
    assert f"Ready: http://127.0.0.1:{demo.port}" in said
    for email in ("member@", "dispatch@", "aftersales@", "marketing@", "privacy@"):
        assert f"{email}hearthandhob.example" in said
    assert " 0 broken" in said
    assert "password hearth-demo-1" in said


def test_the_state_of_the_shop_lies_in_one_folder(demo: Demo) -> None:
    names = {path.name for path in demo.state.iterdir()}
    assert {"db.sqlite3", "keys", "secret_key"} <= names
    assert (demo.state / "secret_key").stat().st_mode & 0o077 == 0


def _refused(*args: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "sites.demo", *args], cwd=ROOT, capture_output=True, text=True
    )
    return done.returncode, done.stderr


def test_a_taken_port_is_refused(demo: Demo) -> None:
    port = demo.port
    assert _refused("--port", str(port)) == (
        2,
        f"port {port} is taken; try: make demo PORT={port + 1}\n",
    )


def test_an_unknown_site_is_refused() -> None:
    code, said = _refused("--site", "bakery")
    assert code == 2
    assert said.startswith("unknown site `bakery`; known: appliance_shop")
