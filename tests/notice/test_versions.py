"""Earlier versions: recorded once, never changed, and no new text under an old date."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.notice.folders import NOTICE, write_folder
from tests.policy.samples import SMALL as POLICY
from upheld.notice.lint import lint
from upheld.notice.sources import read_folder
from upheld.notice.versions import read_versions, record_version, version_text
from upheld.policy.findings import PolicyError

LATER = NOTICE.replace("22 November", "1 December").replace("sells ferns", "sells ferns and pots")

LATER_POLICY = POLICY.replace("2026-11-22", "2026-12-01")


def codes(folder: Path) -> list[str]:
    return [each.code for each in lint(read_folder(folder)) if each.code.startswith("notice.")]


def test_a_version_is_recorded_with_its_text(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    assert codes(folder) == ["notice.unrecorded"]
    version = record_version(folder)
    assert version.date == date(2026, 11, 22)
    assert codes(folder) == []
    assert (folder / "versions/notice.2026-11-22.md").read_text() == NOTICE
    assert json.loads((folder / "versions/index.json").read_text()) == {
        "2026-11-22": version.digest
    }
    assert version_text(folder, version).title == "Privacy at Fern Works"


def test_recording_again_changes_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    first = record_version(folder)
    before = {path: path.read_bytes() for path in (folder / "versions").iterdir()}
    assert record_version(folder) == first
    assert {path: path.read_bytes() for path in (folder / "versions").iterdir()} == before


def test_versions_stand_in_the_order_of_their_dates(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    write_folder(folder, notice=LATER, policy=LATER_POLICY)
    record_version(folder)
    versions, findings = read_versions(folder)
    assert findings == []
    assert [version.date for version in versions] == [date(2026, 11, 22), date(2026, 12, 1)]


def test_text_that_changed_without_a_new_date_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    write_folder(folder, notice=NOTICE.replace("sells ferns", "sells ferns and pots"))
    assert "notice.changed" in codes(folder)
    with pytest.raises(PolicyError) as caught:
        record_version(folder)
    assert [str(each) for each in caught.value.findings] == [
        f"{folder}/notice.md:1:1: error: the text changed, its date is still 2026-11-22 "
        "[notice.changed]\n"
        "  hint: give the notice and the policy a new date"
    ]


def test_markers_and_line_breaks_may_change_under_the_same_date(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    write_folder(folder, notice=NOTICE.replace("ends it. [one-click]", "ends\nit. [one-click]"))
    assert codes(folder) == []


def test_rules_that_got_worse_without_a_new_date_are_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    assert (folder / "versions/policy.2026-11-22.yaml").exists()
    worse = POLICY.replace("for: 30 days", "for: 60 days")
    write_folder(folder, policy=worse.replace("posts: marketing\n", "posts: [marketing]\n"))
    found = [str(each) for each in lint(read_folder(folder)) if each.code.startswith("lint.")]
    assert found == [
        f"{folder}/policy.yaml:25:35: error: worse for subscribers without a new date: "
        "purposes.news.keep.for [lint.material-change]\n"
        "  hint: 30 days -> 60 days; give the notice and the policy a new date"
    ]
    with pytest.raises(PolicyError):
        record_version(folder)
    later = NOTICE.replace("22 November", "23 November")
    write_folder(folder, policy=worse.replace("2026-11-22", "2026-11-23"), notice=later)
    assert record_version(folder).date == date(2026, 11, 23)


def test_notice_and_policy_are_recorded_under_one_date(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, policy=POLICY.replace("2026-11-22", "2026-11-23"))
    with pytest.raises(PolicyError) as caught:
        record_version(folder)
    assert [each.code for each in caught.value.findings] == ["lint.date"]
    assert not (folder / "versions").exists()


def test_rules_that_got_better_need_no_new_date(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    write_folder(folder, policy=POLICY.replace("for: 30 days", "for: 20 days"))
    assert [each for each in lint(read_folder(folder)) if each.severity == "error"] == []


def test_a_date_before_the_version_in_force_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, notice=LATER, policy=LATER_POLICY)
    record_version(folder)
    write_folder(folder)
    assert codes(folder) == ["notice.older"]


def test_an_earlier_version_that_was_tampered_with_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    record_version(folder)
    stored = folder / "versions/notice.2026-11-22.md"
    stored.write_text(NOTICE.replace("ferns", "bricks"))
    found = [str(each) for each in lint(read_folder(folder)) if each.code == "notice.tampered"]
    assert found == [
        f"{stored}:1:1: error: is not the text that was published on 2026-11-22 "
        "[notice.tampered]\n"
        "  hint: bring back the one that was committed"
    ]
    versions, _ = read_versions(folder)
    with pytest.raises(PolicyError):
        version_text(folder, versions[0])
    stored.unlink()
    assert "file.missing" in [each.code for each in lint(read_folder(folder))]


@pytest.mark.parametrize(
    "index", ["", "[]", '{"2026-11-22": 7}', '{"today": "' + "0" * 64 + '"}', "[" * 5000, "null"]
)
def test_a_list_of_versions_that_cannot_be_read(tmp_path: Path, index: str) -> None:
    folder = write_folder(tmp_path)
    (folder / "versions").mkdir()
    (folder / "versions/index.json").write_text(index)
    assert codes(folder) == ["notice.versions"]


def test_a_notice_that_is_wrong_is_not_recorded(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, notice="We water.\n")
    with pytest.raises(PolicyError):
        record_version(folder)
    assert not (folder / "versions").exists()
