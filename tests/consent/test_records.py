from __future__ import annotations

import io
import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from tests.consent.answers import WORDS, answer
from tests.consent.profile_27560 import check
from upheld.consent.commands import Consents
from upheld.consent.models import Consent
from upheld.consent.records import records
from upheld.datamap.active import override
from upheld.errors import ConsentError
from upheld.policy.types import Category, Grant, Policy, Recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(policy: Policy) -> Policy:
    """News with topics, data and a recipient."""
    rule = replace(
        policy.purposes["news"],
        may=Grant(read=("contact.email", "health.note"), rows="consented"),
        topics=("events", "deals"),
        channel="mail",
    )
    return replace(
        policy,
        data={
            "contact.email": Category("contact.email", "contact", title="Your e-mail address"),
            "health.note": Category("health.note", "special"),
        },
        purposes=policy.purposes | {"news": rule},
        recipients={"printer": Recipient("printer", ("news",), ("contact.email",), where="GB")},
    )


def test_a_record_says_what_was_agreed_to_when_and_in_which_words(rich: Policy) -> None:
    answer(rich, True, purpose="news")
    answer(rich, False, purpose="news")
    (record,) = records("member:42", policy=rich)
    check(record)
    (process,) = record["dpv:hasProcess"]
    given, withdrawn = process["dpv:hasConsentStatus"]
    assert given["@type"][0] == "dpv:ConsentGiven"
    assert withdrawn["@type"][0] == "dpv:ConsentWithdrawn"
    assert given["dpv:hasNotice"]["dct:description"] == WORDS
    assert given["dpv:isExercisedAt"] == "privacy-choices (form)"
    assert given["dct:identifier"] == Consent.objects.order_by("pk")[0].event
    assert [each["skos:prefLabel"] for each in process["dpv:hasPersonalData"]] == [
        "Your e-mail address", "health.note",
    ]  # fmt: skip
    assert process["dpv:hasPersonalData"][1]["@type"] == ["dpv:SpecialCategoryPersonalData"]
    assert process["dpv:hasRecipient"] == ["#controller", "#recipient.printer"]


def test_a_first_no_is_a_refusal_and_no_withdrawal(rich: Policy) -> None:
    answer(rich, False, purpose="news")
    (record,) = records("member:42", policy=rich)
    (status,) = record["dpv:hasProcess"][0]["dpv:hasConsentStatus"]
    assert status["@type"][0] == "dpv:ConsentRefused"


def test_topics_are_processes_within(rich: Policy) -> None:
    answer(rich, True, purpose="news")
    answer(rich, False, purpose="news", topic="deals")
    (record,) = records("member:42", policy=rich)
    check(record)
    whole, topic = record["dpv:hasProcess"][0]["dpv:hasProcess"]
    assert whole["dpv:hasConsentStatus"][0]["@type"][0] == "dpv:ConsentGiven"
    assert topic["dpv:hasPurpose"][0]["skos:prefLabel"] == "deals"


def test_a_record_of_a_purpose_that_reaches_further_now_tells_what_was_agreed_to(
    rich: Policy,
) -> None:
    answer(rich, True, purpose="weekly_bundle_mail")
    rule = rich.purposes["weekly_bundle_mail"]
    wide = replace(rule, may=Grant(read=("contact.email",), rows="consented"))
    later = replace(rich, purposes=rich.purposes | {"weekly_bundle_mail": wide})
    (record,) = records("member:42", policy=later)
    check(record)
    (process,) = record["dpv:hasProcess"]
    assert process["dpv:hasPersonalData"] == []
    assert [status["@type"][0] for status in process["dpv:hasConsentStatus"]] == [
        "dpv:ConsentGiven", "dpv:ConsentInvalidated",
    ]  # fmt: skip


def test_a_purpose_that_went_out_of_the_policy_keeps_its_record(rich: Policy) -> None:
    answer(rich, True, purpose="news")
    (record,) = records("member:42", policy=replace(rich, purposes={}))
    check(record)
    assert record["dpv:hasProcess"][0]["dpv:hasPurpose"][0]["skos:prefLabel"] == "news"


def run(tmp_path: Path | None = None, **given: object) -> str:
    out = io.StringIO()
    options = {
        "subject": "member:42", "format": "text", "receipt": None, "database": "default",
        "json": False,
    }  # fmt: skip
    assert Consents().run(Namespace(**options | given), out) == 0
    return out.getvalue()


def test_the_command_prints_records_answers_and_receipts(tmp_path: Path) -> None:
    from upheld.datamap.active import active

    with override():
        answer(active().policy, True)
        for record in json.loads(run(format="27560")):
            check(record)
        told = json.loads(run(json=True))
        assert told["counts"]["weekly_bundle_mail"] is True
        assert told["answers"][0]["wording"] == WORDS
        assert "weekly_bundle_mail: yes (said)" in run()
        file = tmp_path / "receipt.zip"
        assert run(receipt=str(file)) == f"wrote {file}\n"
        assert file.read_bytes().startswith(b"PK")


def test_a_word_that_names_nobody_is_wrong_use() -> None:
    with pytest.raises(ConsentError) as caught:
        run(subject="42")
    assert str(caught.value) == "`42` is no subject (write `kind:value`, for example `member:42`)"
