"""What governs the site: loaded once, swapped whole, never half."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests.datamap.words import clinic_with, clinic_without, sealing
from tests.project.clinic.models import Patient, Topic
from upheld.datamap.active import MapError, active, override, reload
from upheld.policy.findings import PolicyError

TITLE = Topic._meta.get_field("title")


def test_it_is_loaded_once() -> None:
    assert active() is active()


def test_the_digest_is_that_of_the_folder() -> None:
    from upheld.notice.folder import load_privacy_dir

    assert active().digest == load_privacy_dir(settings.UPHELD["PRIVACY_DIR"]).digest


def test_an_override_reaches_every_field_and_goes_away() -> None:
    before = active()
    was = TITLE._upheld
    text = "models: {clinic.Topic: {nobody: talks, columns: {title: order.content}}}"
    with override(mapfile=clinic_with(text)) as inside:
        assert active() is inside
        assert TITLE._upheld.category == "order.content"
        assert TITLE._upheld is inside.datamap.column(TITLE)
        with override(mapfile=clinic_without("clinic.Topic")):
            assert TITLE._upheld is None
        assert active() is inside
        assert TITLE._upheld.category == "order.content"
    assert active() is before
    assert TITLE._upheld is was


def test_an_override_ends_with_an_error_too() -> None:
    before = active()
    with pytest.raises(RuntimeError), override(policy=sealing(contact_phone="exact")):
        assert Patient._meta.get_field("phone")._upheld.lookup == "exact"
        raise RuntimeError
    assert active() is before
    assert Patient._meta.get_field("phone")._upheld.lookup is None


def test_a_broken_override_changes_nothing() -> None:
    before = active()
    broken = clinic_with("models: {clinic.Topic: {subject: nowhere, rest: none}}")
    with pytest.raises(MapError), override(mapfile=broken):
        raise AssertionError("unreachable")
    assert active() is before
    assert TITLE._upheld is before.datamap.column(TITLE)


def test_reload_swaps_whole_or_not_at_all(privacy_copy: Path) -> None:
    path = privacy_copy / "policy.yaml"
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        first = active()
        path.write_text(path.read_text("utf-8").replace("Aldgrove", "Birchgrove"), "utf-8")
        assert active() is first
        second = reload()
        assert second.policy.controller.name == "Birchgrove Practice"
        assert second.digest != first.digest
        assert TITLE._upheld is second.datamap.column(TITLE)
        path.write_text("broken", "utf-8")
        with pytest.raises(PolicyError):
            reload()
        assert active() is second
        assert TITLE._upheld is second.datamap.column(TITLE)


def test_without_a_map_no_field_says_it_is_unmapped(privacy_copy: Path) -> None:
    """A field that said None would pass for undeclared where nobody knows."""
    (privacy_copy / "policy.yaml").unlink()
    active()
    with override_settings(UPHELD={**settings.UPHELD, "PRIVACY_DIR": privacy_copy}):
        assert "_upheld" not in TITLE.__dict__
        with pytest.raises(PolicyError):
            active()
        assert "_upheld" not in TITLE.__dict__
    active()
    assert TITLE._upheld is not None
