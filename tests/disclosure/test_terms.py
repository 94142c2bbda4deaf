"""Who may be given what, for what, until when, on which condition."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.disclosure.conftest import COURIER, VISITS, given
from upheld.disclosure.terms import check
from upheld.errors import ConfigurationError, DisclosureRefused
from upheld.policy.types import Recipient

pytestmark = pytest.mark.usefixtures("rules")
FOR = "order_fulfilment"


def _refusal(recipient: Recipient, **asked: object) -> DisclosureRefused:
    question = {"purpose": FOR, "categories": ["name.legal"], **asked}
    with given(recipient), pytest.raises(DisclosureRefused) as refusal:
        check("courier", **question)  # type: ignore[arg-type] # the cases name what they ask
    return refusal.value


def test_what_it_gets_passes() -> None:
    assert check("courier", purpose=FOR, categories=["name.legal"]).contract == "C-7"


def test_nobody_the_policy_names() -> None:
    with pytest.raises(DisclosureRefused) as refusal:
        check("broker", purpose=FOR, categories=["name.legal"])
    assert refusal.value.message == "the policy names no recipient `broker`"


def test_another_purpose() -> None:
    refusal = _refusal(COURIER, purpose="weekly_bundle_mail")
    assert str(refusal) == (
        "`courier` is given nothing for `weekly_bundle_mail` (its purposes are `order_fulfilment`)"
    )
    assert refusal.promises == ("why-address",)


def test_one_category_more() -> None:
    refusal = _refusal(COURIER, categories=["name.legal", "contact.email"])
    assert refusal.message == "`courier` may not be given `contact.email`"
    assert refusal.fields == ("contact.email",)


def test_refused_data_go_to_nobody() -> None:
    everything = replace(COURIER, gets=("*",))
    assert _refusal(everything, categories=["card.number"]).fields == ("card.number",)


def test_after_the_contract() -> None:
    ended = replace(COURIER, until="2026-10-31")
    refusal = _refusal(ended, today=date(2026, 11, 1))
    assert refusal.message == "the contract with `courier` ended on 2026-10-31"
    with given(ended):
        check("courier", purpose=FOR, categories=["name.legal"], today=date(2026, 10, 31))


@pytest.mark.parametrize(
    "condition", ["explicit_consent", "own_application", "legal_ground", "acquisition"]
)
def test_a_condition_must_be_seen_to(condition: str) -> None:
    bound = replace(COURIER, only_if=condition)  # type: ignore[arg-type] # one of the four
    refusal = _refusal(bound)
    said = condition.replace("_", " ")
    assert refusal.message == f"`courier` is given data only on {said}"
    assert refusal.hint
    with given(bound):
        check("courier", purpose=FOR, categories=["name.legal"], ground=condition)  # type: ignore[arg-type] # one of the four


def test_a_feed_names_the_field_that_may_not_go() -> None:
    wide = replace(VISITS, fields={**VISITS.fields, "phone": "patient__phone"})
    with pytest.raises(DisclosureRefused) as refusal:
        wide.checked()
    assert refusal.value.message == (
        "the feed `visits` may not send `phone` (contact.phone) to `courier`"
    )
    assert refusal.value.fields == ("phone",)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("patient__nickname", "leads to no column"),
        ("patient__user__groups", "leads to several rows"),
        ("patient_id", "leads to a key; rows have a `reference` instead"),
        ("id", "leads to a key; rows have a `reference` instead"),
    ],
)
def test_a_path_that_leads_astray(path: str, what: str) -> None:
    feed = replace(VISITS, fields={"x": path})
    with pytest.raises(ConfigurationError) as error:
        feed.checked()
    assert error.value.message == f"`x: {path}` of the feed `visits` {what}"


def test_the_references_name_is_taken() -> None:
    feed = replace(VISITS, fields={"reference": "address__country"})
    with pytest.raises(ConfigurationError) as error:
        feed.checked()
    assert "takes the name of the row's reference" in error.value.message
