"""Views and indexes that a migration makes by hand are read like what they are made of."""

from __future__ import annotations

import pytest

from upheld.guard.statements import Reading, read_statement


@pytest.mark.parametrize("vendor", ["postgresql", "sqlite"])
def test_an_index_touches_its_table_and_columns(vendor: str) -> None:
    found = read_statement(
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON clinic_visit (day, room)", vendor
    )
    assert found.tables == {"clinic_visit"}
    assert {"day", "room"} <= found.columns
    assert (found.unreadable, found.star, found.writes) == ("", False, False)


def test_a_view_reads_what_its_query_reads() -> None:
    query = "WITH h AS (SELECT id, path FROM shelf) SELECT g.id, h.path FROM goods g, h"
    made = read_statement(f"CREATE MATERIALIZED VIEW IF NOT EXISTS v AS {query}", "postgresql")
    assert made == read_statement(query, "postgresql")
    assert made.tables == {"shelf", "goods"}


def test_a_view_of_everything_is_a_view_of_whole_rows() -> None:
    assert read_statement("CREATE VIEW v AS SELECT * FROM auth_user", "sqlite").star


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("CREATE TABLE copy AS SELECT * FROM auth_user", "create"),
        ("DROP VIEW v", "drop"),
        ("CREATE FUNCTION f() RETURNS int AS 'select 1' LANGUAGE sql", "create"),
    ],
)
def test_other_changes_of_the_schema_stay_unreadable(statement: str, word: str) -> None:
    found = read_statement(statement, "postgresql")
    assert found == Reading(f"`{word}` is not a plain statement")
