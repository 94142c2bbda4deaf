"""What governs the site: loaded once, swapped whole, never half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from tests.datamap.words import clinic_with, clinic_without, sealing
from tests.project.clinic.models import Patient, Topic
from upheld.context import Context, entered
from upheld.datamap.active import MapError, active, override, reload
from upheld.policy.findings import PolicyError

TITLE = Topic._meta.get_field("title")
PHONE = Patient._meta.get_field("phone")


def _title() -> Any:
    return active().datamap.column(TITLE)


def test_it_is_loaded_once() -> None:
    assert active() is active()


def test_the_digest_is_that_of_the_folder() -> None:
    from upheld.notice.folder import load_privacy_dir

    assert active().digest == load_privacy_dir(settings.UPHELD["PRIVACY_DIR"]).digest


def test_an_override_reaches_every_field_and_goes_away() -> None:
    before = active()
    was = before.datamap.column(TITLE)
    text = "models: {clinic.Topic: {nobody: talks, columns: {title: order.content}}}"
    with override(mapfile=clinic_with(text)) as inside:
        assert active() is inside
        assert _title().category == "order.content"
        with override(mapfile=clinic_without("clinic.Topic")):
            assert _title() is None
        assert active() is inside
        assert _title().category == "order.content"
    assert active() is before
    assert _title() is was


def test_an_override_ends_with_an_error_too() -> None:
    before = active()
    with pytest.raises(RuntimeError), override(policy=sealing(contact_phone="exact")):
        assert active().datamap.column(PHONE).lookup == "exact"
        raise RuntimeError
    assert active() is before
    assert active().datamap.column(PHONE).lookup is None


def test_a_broken_override_changes_nothing() -> None:
    before = active()
    broken = clinic_with("models: {clinic.Topic: {subject: nowhere, rest: none}}")
    with pytest.raises(MapError), override(mapfile=broken):
        raise AssertionError("unreachable")
    assert active() is before
    assert _title() is before.datamap.column(TITLE)


def test_reload_swaps_whole_or_not_at_all(privacy_copy: Path) -> None:
    path = privacy_copy / "policy.yaml"
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        first = active()
        path.write_text(path.read_text("utf-8").replace("Aldgrove", "Birchgrove"), "utf-8")
        assert active() is first
        second = reload()
        assert second.policy.controller.name == "Birchgrove Practice"
        assert second.digest != first.digest
        assert _title() is second.datamap.column(TITLE)
        path.write_text("broken", "utf-8")
        with pytest.raises(PolicyError):
            reload()
        assert active() is second
        assert _title() is second.datamap.column(TITLE)


def test_a_broken_folder_answers_nothing(privacy_copy: Path) -> None:
    (privacy_copy / "policy.yaml").unlink()
    active()
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        with pytest.raises(PolicyError):
            _title()
        with pytest.raises(PolicyError), entered(Context("own")):
            _title()
    assert _title() is not None
