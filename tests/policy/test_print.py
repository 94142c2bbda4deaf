"""Printing and reading are inverse; there is one canonical form."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from tests.policy.samples import SMALL
from tests.policy.strategies import policies
from upheld.policy.load import load_policy, loads_policy
from upheld.policy.print import print_policy
from upheld.policy.types import Policy

ROOT = Path(__file__).parents[2]
SITES = sorted((ROOT / "sites").glob("*/privacy"))


@given(policies())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_what_is_printed_gives_the_same_policy(policy: Policy) -> None:
    assert loads_policy(print_policy(policy)) == policy


@given(policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_printed_means_the_same_to_any_yaml_reader(policy: Policy) -> None:
    data = yaml.safe_load(print_policy(policy))
    assert data["controller"]["name"] == policy.controller.name
    assert data["controller"]["country"] == policy.controller.country
    assert list(data["data"]) == list(policy.data)


@given(policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_printing_keeps_the_order_of_ids(policy: Policy) -> None:
    again = loads_policy(print_policy(policy))
    assert list(again.purposes) == list(policy.purposes)
    assert print_policy(again) == print_policy(policy)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.parent.name)
def test_the_five_sites_survive_printing(site: Path) -> None:
    policy = load_policy(site / "policy.yaml")
    assert loads_policy(print_policy(policy)) == policy


def test_the_canonical_form() -> None:
    assert (
        print_policy(loads_policy(SMALL))
        == """\
controller: {name: Fern Works, country: GB, contact: hello@fernworks.example}
updated: 2026-11-22

data:
  name.legal: {kind: identity, sealed: {lookup: words}}
  contact.email: {kind: contact, sealed: {lookup: exact}}
  taste.colour: {kind: preference}

purposes:
  own: {basis: contract, may: {read: all, write: all}}
  authentication: {basis: contract, may: {read: [contact.email], rows: all}}
  rights: {basis: legal_obligation, may: {read: all, write: all, rows: all}}
  upkeep: {basis: legitimate_interest, may: {read: all, write: all, rows: all}}
  news:
    basis: consent
    may: {read: [contact.email], rows: consented}
    default: out
    posts: [marketing]
    keep: {after: account.closed, for: 30 days}
    channel: mail
    says: [only-if-agreed]

refuse:
  card.number: {}

collect:
  sign_up: {required: [name.legal, contact.email], optional: [taste.colour], says: [sign-up]}

posts:
  marketing: {title: Marketing}

mail:
  marketing: {unsubscribe: one_click, says: [one-click]}
"""
    )
