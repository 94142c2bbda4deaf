"""A policy in the words of other tools."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from tests.policy.samples import SMALL
from tests.policy.strategies import policies
from upheld.policy import dpv, fides
from upheld.policy.export import FORMATS, export
from upheld.policy.load import load_policy, loads_policy
from upheld.policy.shape import CATEGORY_KINDS, record_fields
from upheld.policy.types import Policy, Purpose, Recipient

SITE = Path(__file__).parents[2] / "sites/appliance_shop/privacy/policy.yaml"


def test_dpv_says_why_what_and_on_which_ground() -> None:
    found = json.loads(export(loads_policy(SMALL), "dpv"))
    assert found["@context"]["dpv"] == "https://w3id.org/dpv#"
    news = next(each for each in found["dpv:hasProcess"] if each["@id"] == "#process.news")
    assert news == {
        "@id": "#process.news",
        "@type": "dpv:PersonalDataProcess",
        "dpv:hasPurpose": {
            "@id": "#purpose.news",
            "@type": "dpv:Purpose",
            "schema:name": "news",
        },
        "dpv:hasLegalBasis": {"@id": "dpv:Consent"},
        "dpv:hasPersonalData": [{"@id": "#data.contact.email"}],
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageCondition",
            "dpv:hasDuration": {"@type": "dpv:Duration", "schema:name": "30 days"},
            "schema:description": "30 days after account.closed, then erase",
        },
    }
    email = next(e for e in found["dpv:hasPersonalData"] if e["@id"] == "#data.contact.email")
    assert email == {
        "@id": "#data.contact.email",
        "@type": ["dpv:PersonalData", "pd:EmailAddress"],
        "schema:name": "contact.email",
        "dpv:hasTechnicalMeasure": {"@id": "dpv:EncryptionAtRest"},
    }


def test_every_reference_inside_the_dpv_document_leads_somewhere() -> None:
    text = export(load_policy(SITE), "dpv")
    defined = re.findall(r'"@id": "(#[^"]+)",\n', text)
    referred = set(re.findall(r'"@id": "(#[^"]+)"', text))
    assert len(defined) == len(set(defined))
    assert referred == set(defined)


def test_fides_is_a_manifest_with_a_declaration_for_each_purpose() -> None:
    found = yaml.safe_load(export(loads_policy(SMALL), "fides"))
    (system,) = found["system"]
    assert system["fides_key"] == "fern_works"
    assert system["privacy_declarations"][-1] == {
        "name": "news",
        "data_categories": ["user.contact.email"],
        "data_use": "marketing.communications.email",
        "data_subjects": ["customer"],
        "legal_basis_for_processing": "Consent",
        "flexible_legal_basis_for_processing": False,
        "processes_special_category_data": False,
        "data_shared_with_third_parties": False,
        "retention_period": "30 days after account.closed",
    }
    assert json.loads(export(loads_policy(SMALL), "fides", as_json=True)) == found


@given(policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_policy_can_be_exported(policy: Policy) -> None:
    for name in FORMATS:
        assert export(policy, name)


def test_every_kind_basis_and_role_has_a_term() -> None:
    choices = {field.name: set(field.choices) for field in record_fields(Purpose)}
    roles = next(set(field.choices) for field in record_fields(Recipient) if field.name == "role")
    for module in (dpv, fides):
        assert module.KINDS.keys() == set(CATEGORY_KINDS)
        assert module.BASES.keys() == choices["basis"]
    assert fides.USES.keys() == choices["basis"]
    assert dpv.ROLES.keys() == roles


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_shop_can_be_exported(name: str) -> None:
    assert "Hearth & Hob" in export(load_policy(SITE), name)
