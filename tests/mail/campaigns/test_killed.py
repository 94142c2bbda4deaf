from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import report_of
from upheld.mail.campaigns import sending


@pytest.mark.django_db(transaction=True)
def test_a_killed_campaign_sends_nothing_twice_and_loses_nobody(tmp_path: Path) -> None:
    report = report_of("tests.mail.campaigns.killed", tmp_path)
    assert report.pop("killed") > 10
    assert report.pop("runs") > 4
    assert report.pop("most unsure") <= 3 * sending.FEW
    assert report == {"twice": 0, "lost": 0, "sent and not taken": 0, "left": 0, "people": 10}
