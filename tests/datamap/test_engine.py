"""The engine declares its own tables, all of them, and nobody else can."""

from __future__ import annotations

import dataclasses

import pytest
from django.apps import apps

from tests.datamap.words import clinic_with
from upheld.datamap import engine
from upheld.datamap.active import active
from upheld.datamap.engine import engine_map, with_engine
from upheld.errors import ConfigurationError
from upheld.policy.findings import PolicyError
from upheld.policy.mapfile import MapFile, SubjectKind


def test_every_engine_table_is_declared_and_no_other() -> None:
    installed = {model._meta.label for model in apps.get_app_config("upheld").get_models()}
    assert set(engine_map().models) == installed


def test_no_engine_table_waits_for_a_subject_of_a_site() -> None:
    """The guard reads them under every purpose: a row rule would stop the guard itself."""
    tables = [model for model in active().datamap.models if model.label.startswith("upheld.")]
    assert {model.relation for model in tables} == {"nobody"}
    assert {column.role for model in tables for column in model.columns} == {"key", "none"}


def test_a_site_cannot_redeclare_them() -> None:
    text = "models: {upheld.SubjectKey: {subject: subject, columns: {subject: name.legal}}}"
    with pytest.raises(ConfigurationError) as caught:
        with_engine(clinic_with(text))
    assert str(caught.value) == (
        "the map declares `upheld.SubjectKey`, a table of the engine (remove the entry)"
    )


def test_a_site_may_say_what_its_commands_serve() -> None:
    site = dataclasses.replace(active().datamap.source, commands={"upheld map": "own"})
    assert with_engine(site).commands["upheld map"] == "own"


def test_a_broken_engine_map_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from upheld.policy.read_map import parse_map

    monkeypatch.setattr(engine, "read_map", lambda path, **_: parse_map("modles: {}"))
    engine_map.cache_clear()
    try:
        with pytest.raises(PolicyError):
            engine_map()
    finally:
        engine_map.cache_clear()


def test_a_site_cannot_mean_somebody_else_by_a_visitor() -> None:
    with pytest.raises(ConfigurationError) as caught:
        with_engine(MapFile(subjects={"visitor": SubjectKind("visitor", "clinic.Patient")}))
    assert str(caught.value) == (
        "the map declares `visitor`, a kind of subject of the engine (give yours another name)"
    )
