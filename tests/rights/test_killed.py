from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import report_of


@pytest.mark.django_db(transaction=True)
def test_a_killed_erasure_or_export_changes_nothing_by_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where what an export leaves would lie
    report = report_of("tests.rights.killed", tmp_path)
    assert report.pop("exports_killed") > 10
    assert report.pop("erasures_killed") > 40
    assert report == {
        "files_left": [],
        "held": ["auth.User", "clinic.Invoice"],
        "bystander_intact": True,
        "log_findings": 0,
    }
