"""The published JSON schema says what the reader reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from tests.policy.samples import SMALL, changed
from tests.policy.strategies import policies
from upheld.policy.export import to_data
from upheld.policy.load import loads_policy
from upheld.policy.print import print_policy
from upheld.policy.schema import policy_schema, schema_text
from upheld.policy.source import parse, plain_data
from upheld.policy.types import Policy

ROOT = Path(__file__).parents[2]
SITES = [
    *sorted((ROOT / "sites").glob("*/privacy")),
    ROOT / "tests/project/privacy",
]
VALIDATOR = Draft202012Validator(policy_schema())


def data(text: str) -> Any:
    node, findings = parse(text, "policy.yaml")
    assert node is not None
    assert findings == []
    return plain_data(node)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(policy_schema())


def test_the_published_file_is_the_one_that_is_made() -> None:
    published = ROOT / "docs/schema/policy.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.parent.name)
def test_the_sites_fit_it(site: Path) -> None:
    text = (site / "policy.yaml").read_text(encoding="utf-8")
    assert [error.message for error in VALIDATOR.iter_errors(data(text))] == []


@given(policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_printed_or_exported_fits_it(policy: Policy) -> None:
    VALIDATOR.validate(to_data(policy))
    VALIDATOR.validate(data(print_policy(policy)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: identity", "kind: identiy"),
        ("default: out", "defualt: out"),
        ("country: GB", "country: Britain"),
        ("for: 30 days", "for: ever"),
        ("updated: 2026-11-22", "updated: today"),
        ("    basis: consent\n", ""),
        ("taste.colour: preference", "Taste: preference"),
        ("says: [only-if-agreed]", "says: [Only if]"),
        ("refuse: [card.number]", "refuse: [card.number, card.number]"),
    ],
)
def test_what_the_reader_refuses_does_not_fit(old: str, new: str) -> None:
    assert list(VALIDATOR.iter_errors(data(SMALL))) == []
    assert list(VALIDATOR.iter_errors(data(changed(old, new))))


def test_our_own_json_reads_back_as_the_same_policy() -> None:
    import json

    policy = loads_policy(SMALL)
    assert loads_policy(json.dumps(to_data(policy))) == policy
