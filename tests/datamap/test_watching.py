"""A changed folder is taken while the site runs: whole, settled, sound, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from upheld.context import purpose
from upheld.datamap import watching
from upheld.datamap.active import active, newest, pinned, reload, unit_of_work
from upheld.errors import ConfigurationError


@pytest.fixture
def folder(privacy_copy: Path) -> Iterator[Path]:
    """The clinic's rules in a folder that is looked at as often as `look` is called."""
    given = {**settings.UPHELD, "PRIVACY_DIR": privacy_copy, "RELOAD_EVERY": 1e-9}
    with override_settings(UPHELD=given):
        watching.look_soon()
        yield privacy_copy
    watching.look_soon()


def rename(folder: Path, old: str, new: str) -> None:
    path = folder / "policy.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_change_is_taken_at_the_second_look(folder: Path) -> None:
    first = newest()
    watching.look()
    assert newest() is first
    rename(folder, "Aldgrove", "Birchgrove")
    watching.look()
    assert newest() is first
    watching.look()
    assert newest().policy.controller.name == "Birchgrove Practice"


def test_a_folder_that_is_still_changing_is_left_alone(folder: Path) -> None:
    first = newest()
    rename(folder, "Aldgrove", "Birchgrove")
    watching.look()
    rename(folder, "Birchgrove", "Cedargrove!")
    watching.look()
    assert newest() is first
    watching.look()
    assert newest().policy.controller.name == "Cedargrove! Practice"


def test_rules_that_do_not_lint_are_refused_once_and_loudly(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = newest()
    rename(folder, "rows: consented", "rows: all")
    for _ in range(5):
        watching.look()
    assert newest() is first
    (told,) = (record for record in caplog.records if record.name == "upheld.reload")
    assert told.levelno == logging.ERROR
    assert told.getMessage().startswith(
        f"the changed rules in {folder} are refused, those of 2026-11-22 stay in force: "
    )
    assert "policy.consent-rows" in told.getMessage()
    rename(folder, "rows: all", "rows: all ")
    (folder / "policy.yaml").write_text(
        (Path(settings.BASE) if hasattr(settings, "BASE") else Path("tests/project"))
        .joinpath("privacy/policy.yaml").read_text("utf-8")
        .replace("Aldgrove", "Birchgrove"), "utf-8",
    )  # fmt: skip
    watching.look()
    watching.look()
    assert newest().policy.controller.name == "Birchgrove Practice"


def test_rules_that_store_values_otherwise_need_a_restart(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = newest()
    rename(folder, "contact.phone: {kind: contact,", "contact.phone: {kind: contact, sealed: true,")
    watching.look()
    watching.look()
    assert newest() is first
    with pytest.raises(ConfigurationError) as refused:
        reload()
    assert str(refused.value) == (
        "the new policy stores values in another form: `clinic.Patient.phone` is kept in clear"
        " and would be sealed (stop the site, run `manage.py migrate`, and start it with the new"
        " files)"
    )
    assert str(refused.value) in caplog.text


def test_without_a_period_nobody_looks(folder: Path) -> None:
    with override_settings(UPHELD={**settings.UPHELD, "RELOAD_EVERY": 0}):
        watching.look_soon()
        first = newest()
        rename(folder, "Aldgrove", "Birchgrove")
        for _ in range(3):
            watching.look()
        assert newest() is first
        assert reload().policy.controller.name == "Birchgrove Practice"


def test_a_unit_of_work_keeps_what_it_began_with(folder: Path) -> None:
    with unit_of_work() as first, purpose("own"):
        rename(folder, "Aldgrove", "Birchgrove")
        second = reload()
        assert newest() is second
        assert active() is first
        with unit_of_work() as inner:
            assert inner is first
        with pinned() as task:
            assert task is second
    assert active() is second


def test_a_purpose_is_a_unit_from_the_first_question(folder: Path) -> None:
    with purpose("own"):
        first = active()
        rename(folder, "Aldgrove", "Birchgrove")
        second = reload()
        with purpose("rights"):
            assert active() is first
    with purpose("own"):
        assert active() is second
