from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import report_of


@pytest.mark.django_db(transaction=True)
def test_a_killed_decision_leaves_the_paper_or_the_decision(tmp_path: Path) -> None:
    """Either nothing happened and the paper is there, or it is decided and the paper is not."""
    report = report_of("tests.rights.requests.killed", tmp_path)
    assert report["log_findings"] == 0
    for name, after in (("verify", "in_progress document"), ("deny", "denied")):
        killed, seen, _ = report["ends"][name]
        assert killed > 10, name
        assert seen == sorted(
            [["in_progress", "quarantined", True, 3], [after, "destroyed", False, 4]]
        ), name
