"""`map.lock`: one line a column, and drift named line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datamap.words import bound, clinic_with, sealing
from upheld.datamap import snapshot
from upheld.datamap.active import active
from upheld.errors import ConfigurationError


def test_each_column_of_the_project_has_one_line() -> None:
    lines = snapshot.text(active().datamap).removeprefix(snapshot.HEADER).splitlines()
    labels = [line.partition(" | ")[0] for line in lines]
    assert labels == sorted(labels)
    assert set(labels) == {
        column.label
        for column in active().datamap.columns
        if not column.label.startswith("upheld.")
    }
    assert "clinic.Patient.id | key | clear | user" in lines
    assert "clinic.Patient.name | name.legal | sealed:words | user" in lines
    assert "clinic.Patient.search_text | name.legal copy of name | sealed:words | user" in lines
    assert "clinic.Appointment.reason | case.content | clear | patient.user or nobody" in lines
    assert "clinic.Invoice.number | order.reference | clear | user or guest_email" in lines
    assert "clinic.Topic.title | none | clear | nobody" in lines


def test_what_was_written_does_not_drift(tmp_path: Path) -> None:
    path = snapshot.write(active().datamap, tmp_path)
    assert path == tmp_path / "map.lock"
    assert [each.name for each in tmp_path.iterdir()] == ["map.lock"]
    assert snapshot.drift(active().datamap, tmp_path) == []


def test_a_column_under_rest_is_pinned_too(tmp_path: Path) -> None:
    path = snapshot.write(active().datamap, tmp_path)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if "Address.country" not in line))
    assert snapshot.drift(active().datamap, tmp_path) == [
        "+ clinic.Address.country | none | clear | appointments.patient.user"
    ]


def test_sealing_and_subjects_drift_too(tmp_path: Path) -> None:
    snapshot.write(active().datamap, tmp_path)
    sealed = bound(active().datamap.source, sealing(contact_phone="exact"))
    assert snapshot.drift(sealed, tmp_path) == [
        "- clinic.Patient.phone | contact.phone | clear | user",
        "+ clinic.Patient.phone | contact.phone | sealed:exact | user",
    ]
    text = "models: {clinic.Topic: {nobody: talks, columns: {title: free_text}}}"
    assert snapshot.drift(bound(clinic_with(text)), tmp_path) == [
        "- clinic.Topic.title | none | clear | nobody",
        "+ clinic.Topic.title | free_text | sealed:none | nobody",
    ]


def test_no_snapshot_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        snapshot.drift(active().datamap, tmp_path)
    assert str(caught.value) == (
        "`map.lock` is missing (write and commit it: `manage.py upheld map --write`)"
    )
