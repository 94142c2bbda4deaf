"""The engine's schema is what its migrations make, and nothing else."""

from __future__ import annotations

import pytest

from tests import migrated

pytestmark = pytest.mark.django_db


def test_every_change_of_a_model_has_its_migration() -> None:
    assert migrated.own_labels() == ["upheld"]
    assert migrated.not_written_down() == ""


def test_the_migrated_database_is_what_the_models_say() -> None:
    assert migrated.not_applied() == []
    assert migrated.differences() == []
