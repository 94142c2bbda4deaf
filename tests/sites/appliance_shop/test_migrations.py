"""The shop's schema is what the migrations make: Oscar's, the engine's and its own.

The database that the tests run on was migrated from nothing, once in each run.
"""

from __future__ import annotations

import pytest
from django.db import connection

from tests import migrated

pytestmark = pytest.mark.django_db


def test_every_change_of_a_model_has_its_migration() -> None:
    assert {"upheld", "settlement", "aftersales", "dispatch"} <= set(migrated.own_labels())
    assert migrated.not_written_down() == ""


def test_the_migrated_database_is_what_the_models_say() -> None:
    assert migrated.not_applied() == []
    assert migrated.differences() == []


def test_a_column_that_is_missing_is_seen() -> None:
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dispatch_parcel RENAME COLUMN tracking_number TO renamed")
    assert migrated.differences() == ["dispatch_parcel.renamed", "dispatch_parcel.tracking_number"]
