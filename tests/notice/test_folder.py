"""Loading a whole folder: sound or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notice.folders import NOTICE, write_folder
from upheld.notice import load_privacy_dir
from upheld.notice.bindings import bind
from upheld.notice.lint import lint
from upheld.notice.sources import read_folder
from upheld.policy import PolicyError

ROOT = Path(__file__).parents[2]
SITES = [
    *sorted((ROOT / "sites").glob("*/privacy")),
    ROOT / "tests/project/privacy",
]


def test_a_sound_folder_is_loaded_whole(tmp_path: Path) -> None:
    privacy = load_privacy_dir(write_folder(tmp_path))
    assert privacy.policy.controller.name == "Fern Works"
    assert privacy.notice.title == "Privacy at Fern Works"
    assert list(privacy.mapfile.models) == ["auth.User"]
    assert list(privacy.register.requirements) == ["FW-1", "FW-2", "FW-3"]
    assert {each.severity for each in privacy.warnings} == {"warning"}


def test_any_gap_stops_it(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, notice=NOTICE + "We water daily. [daily-water]\n")
    with pytest.raises(PolicyError) as caught:
        load_privacy_dir(folder)
    assert str(caught.value) == (
        "the privacy folder has 1 error\n"
        f"{folder}/notice.md:9:1: error: no rule makes `daily-water` true [lint.empty-promise]\n"
        "  hint: name it in the `says` of a rule, or mark it `[info: the reason]`"
    )


def test_the_digest_follows_every_source(tmp_path: Path) -> None:
    first = load_privacy_dir(write_folder(tmp_path)).digest
    assert load_privacy_dir(tmp_path).digest == first
    for name in ("policy.yaml", "notice.md", "map.yaml", "register.yaml"):
        path = tmp_path / name
        text = path.read_text()
        path.write_text(text + "\n")
        assert read_folder(tmp_path).digest != first
        path.write_text(text)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.parent.name)
def test_the_sites_lint_clean(site: Path) -> None:
    errors = [str(each) for each in lint(read_folder(site)) if each.severity == "error"]
    assert errors == []


def test_sentences_and_rules_find_each_other(tmp_path: Path) -> None:
    privacy = load_privacy_dir(write_folder(tmp_path))
    bindings = bind(privacy.policy, privacy.notice)
    (rule,) = bindings.rules_of("only-if-agreed")
    assert rule.name == "purposes.news"
    assert [each.text for each in bindings.sentences_of(rule)] == [
        "We send news only to people who agreed."
    ]
    assert bindings.rules_of("no-such") == ()
    sentence = bindings.sentence("one-click")
    assert sentence is not None
    assert sentence.line == 8


def test_the_language_needs_no_django() -> None:
    import subprocess
    import sys

    program = (
        "import sys, upheld.cli, upheld.notice.render, upheld.policy.schema; "
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
