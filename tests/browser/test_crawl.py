"""The crawl of the running demo finds nothing that the shop's policy does not declare."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.browser.demo_process import ROOT, Demo
from tests.browser.person import PASSWORD

PRIVACY = ROOT / "sites/appliance_shop/privacy"


def test_the_shop_is_clean_for_visitors_and_for_a_member(demo: Demo) -> None:
    # A process of its own: this one's thread has a browser open already.
    done = subprocess.run(
        [str(Path(sys.executable).parent / "upheld"), "crawl", demo.url, str(PRIVACY), "--json",
         "--pages", "8", "--page", "/search/", "--login", "member@hearthandhob.example"],
        env={**os.environ, "UPHELD_CRAWL_PASSWORD": PASSWORD}, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["findings"] == []
    assert done.returncode == 0, done.stderr
    walks = {walk["walker"]: walk for walk in told["walks"]}
    assert {"visitor", "signed in"} <= walks.keys()
    assert all(len(walk["pages"]) == 8 for walk in walks.values())
    met = {seen["name"] for seen in walks["signed in"]["met"]}
    assert "hh_session" in met
    # What the shop may keep, whether this short walk met it or not.
    declared = {
        "hh_session", "hh_csrf", "hh_basket", "hh_theme", "hh_visit", "messages",
        "upheld_choices",
    }  # fmt: skip
    assert {seen["name"] for walk in walks.values() for seen in walk["met"]} <= declared
