from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import report_of


@pytest.mark.django_db(transaction=True)
def test_a_killed_sweep_is_gone_on_with_and_logged_to_the_row(tmp_path: Path) -> None:
    report = report_of("tests.disposal.killed", tmp_path)
    assert report.pop("killed") > 10
    assert report == {
        "half_slices": 0,
        "left": ["young"],
        "logged": 12,
        "unfinished_runs": 0,
        "log_findings": 0,
    }
