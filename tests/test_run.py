"""The runner of the tests: nothing is left out, nothing skipped is hidden, failures count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import run
from tests.run import Leg, Outcome

REPORT = """<testsuites><testsuite tests="4" failures="1" errors="0" skipped="1">
<testcase classname="tests.guard.test_rows" name="test_one"/>
<testcase classname="tests.guard.test_rows" name="test_two"><failure message="no"/></testcase>
<testcase classname="tests.guard.test_rows" name="test_x"><skipped message="no server"/></testcase>
<testcase classname="tests.guard.test_rows" name="test_four"/>
</testsuite></testsuites>"""


def test_every_folder_has_a_leg() -> None:
    assert run._forgotten() == []


def test_a_folder_without_a_leg_is_named() -> None:
    named = tuple(leg for leg in run.LEGS if "tests/guard" not in leg.command)
    assert "tests/guard" in run._forgotten(named)
    assert "tests/policy" not in run._forgotten(named)


def test_every_site_with_promises_has_a_leg_on_its_own_settings() -> None:
    """The leg starts the site, migrates it, lints its folder, checks and proves it."""
    sites = {path.parent.name for path in (run.ROOT / "sites").glob("*/privacy")}
    legs = [" ".join(leg.command) for leg in run.LEGS]
    assert len(sites) >= 5
    for site in sites:
        own = [leg for leg in legs if f"--ds=sites.{site}.settings" in leg]
        assert any(f"tests/sites/{site}" in leg for leg in own), site
        shared = [leg for leg in own if "tests/sites/every" in leg]
        assert shared or site == "appliance_shop", site


def test_a_report_is_counted_and_its_skips_are_named(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert run._tally(report) == (0, 1, ())
    report.write_text(REPORT)
    assert run._tally(report) == (2, 1, ("tests.guard.test_rows::test_x: no server",))


def test_a_leg_that_fails_without_a_report_counts_as_a_failure(tmp_path: Path) -> None:
    leg = Leg(
        "fails", ("python", "-c", "import os; print(os.environ['WHO']); exit(3)"), {"WHO": "I"}
    )
    outcome = run._run(leg, tmp_path / "leg", {})
    assert (outcome.output, outcome.code, outcome.failed) == ("I\n", 3, 1)


def test_the_last_line_counts_and_the_skips_stand_above(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = {
        "guard": Outcome("", 0, 2.0, 3.0, passed=5, skipped=("test_three: no server",)),
        "lint": Outcome("", 1, 1.0, 1.0, failed=1),
    }
    assert run._summary(outcomes, 2.5) == 1
    assert capsys.readouterr().out == (
        "\n2 legs in 2 s, 4 s of processor\n"
        "Skipped in guard: test_three: no server\n"
        "Failed: lint\n"
        "\n5 passed, 1 failed\n"
    )
