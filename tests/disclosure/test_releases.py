"""Hand-overs that people decide on: two people, one reader, nothing beyond the ground."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyrage
import pytest
from django.utils import timezone

from tests.disclosure.conftest import given
from tests.project.clinic.models import Appointment
from tests.rights.conftest import Person, make_person
from upheld import journal
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.disclosure.bundle import Bundle
from upheld.disclosure.models import HandOver, Notice, Release
from upheld.disclosure.passing_on import erased, given_of
from upheld.disclosure.releases import approve, enclose, make, open_release, refuse
from upheld.errors import DisclosureRefused
from upheld.policy.types import Recipient

Visit = tuple[Person, Appointment]
COURT = Recipient(
    id="court",
    purposes=("rights",),
    gets=("name.legal", "contact.email", "case.content"),
    role="authority",
    only_if="legal_ground",
    grounds=("court order", "emergency"),
    says=("your-rights",),
)
BUYER = Recipient(
    id="buyer",
    purposes=("rights",),
    gets=("name.legal", "contact.email"),
    only_if="acquisition",
    approvals=2,
    says=("your-rights",),
)
ONE, TWO, THREE = (Actor("staff", f"member:{n}", frozenset({"privacy"})) for n in (901, 902, 903))
READER = pyrage.x25519.Identity.generate()
ORDER = {
    "authority": "District court of Elmfield",
    "reference": "7 C 431/26",
    "ground": "court order",
    "reasoning": "a signed order for the name and the appointments",
    "scope": ["name.legal", "case.content"],
}


@pytest.fixture(autouse=True)
def recipients(rules: None) -> Iterator[None]:
    with given(COURT, BUYER):
        yield


def _as(actor: Actor) -> Any:
    return purpose("catalogue_work", actor=actor)


def _opened(subject: str, **changed: Any) -> Release:
    with _as(ONE):
        return open_release("court", subject=subject, **{**ORDER, **changed})


def _made(release: Release, *approvers: Actor) -> Bundle:
    for each in approvers or (TWO,):
        with _as(each):
            approve(release)
    with _as(ONE):
        return make(release, str(READER.to_public()))


def _contents(bundle: Bundle) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    plain = pyrage.decrypt(bundle.file.read(), [READER])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        files = {
            name: [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
            if name != "manifest.json"
        }
        manifest = json.loads(archive.read("manifest.json"))
        for each in manifest["files"]:
            assert hashlib.sha256(archive.read(each["name"])).hexdigest() == each["sha256"]
    return files, manifest


def test_only_what_was_asked_of_only_this_person(visit: Visit) -> None:
    make_person("Sorrel")
    files, manifest = _contents(_made(_opened(visit[0].subject)))
    assert set(files) == {
        "auth.User.jsonl",
        "clinic.Patient.jsonl",
        "clinic.Appointment.jsonl",
    }
    assert files["clinic.Patient.jsonl"] == [{"person": visit[0].subject, "name": "Wren Oakes"}]
    assert files["clinic.Appointment.jsonl"][0]["reason"] == "fitting"
    assert "Sorrel" not in json.dumps(files)
    assert (manifest["reference"], manifest["ground"]) == ("7 C 431/26", "court order")


def test_nobody_else_opens_the_bundle(visit: Visit) -> None:
    bundle = _made(_opened(visit[0].subject))
    sealed = bundle.file.read()
    assert b"Wren" not in sealed
    assert hashlib.sha256(sealed).hexdigest() == bundle.digest
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


def test_it_is_written_down(visit: Visit) -> None:
    bundle = _made(_opened(visit[0].subject))
    over = HandOver.objects.get()
    assert (over.recipient, over.ground, over.digest) == ("court", "court order", bundle.digest)
    entries = journal.events_of(visit[0].subject, limit=50)
    assert [entry.kind for entry in entries].count("disclosure") == 1


def test_it_is_made_once(visit: Visit) -> None:
    release = _opened(visit[0].subject)
    _made(release)
    with _as(ONE), pytest.raises(DisclosureRefused) as refusal:
        make(release, str(READER.to_public()))
    assert refusal.value.message == "the release is not approved yet"
    assert HandOver.objects.count() == 1


def test_who_opens_does_not_approve(visit: Visit) -> None:
    release = _opened(visit[0].subject)
    with _as(ONE), pytest.raises(DisclosureRefused) as refusal:
        approve(release)
    assert str(refusal.value) == ("who opened a release cannot approve it (ask a second person)")
    with _as(ONE), pytest.raises(DisclosureRefused):
        make(release, str(READER.to_public()))


def test_the_policy_may_ask_for_two_approvals(visit: Visit) -> None:
    with _as(ONE):
        release = open_release(
            "buyer",
            authority="Elmfield Holdings",
            reference="deed 12",
            ground="sale of the practice",
            reasoning="signed on 1 November",
            scope=["name.legal"],
            announced_on=timezone.localdate() - timedelta(days=30),
        )
    with _as(TWO):
        approve(release)
        with pytest.raises(DisclosureRefused) as twice:
            approve(release)
    assert twice.value.message == "you have approved this release already"
    with _as(ONE), pytest.raises(DisclosureRefused):
        make(release, str(READER.to_public()))
    with _as(THREE):
        assert approve(release).state == "approved"


def _transfer(**changed: Any) -> Release:
    said = {
        "authority": "Elmfield Holdings",
        "reference": "deed 12",
        "ground": "sale of the practice",
        "reasoning": "signed on 1 November",
        "scope": ["name.legal", "contact.email"],
        **changed,
    }
    with _as(ONE):
        return open_release("buyer", **said)


def test_a_transfer_takes_everybody_and_what_is_enclosed(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from upheld.disclosure import releases

    monkeypatch.setattr(releases, "_enclosures", [])
    enclose(lambda using: iter([("answers.jsonl", "member:1", {"weekly": False})]))
    other = make_person("Sorrel")
    release = _transfer(announced_on=timezone.localdate() - timedelta(days=30))
    files, _ = _contents(_made(release, TWO, THREE))
    people = {line["person"] for line in files["clinic.Patient.jsonl"]}
    assert people == {visit[0].subject, other.subject}
    assert files["answers.jsonl"] == [{"person": "member:1", "weekly": False}]
    assert "password" not in json.dumps(files)


def test_a_transfer_waits_until_people_were_told(visit: Visit) -> None:
    release = _transfer(announced_on=timezone.localdate())
    with pytest.raises(DisclosureRefused) as refusal:
        _made(release, TWO, THREE)
    assert refusal.value.message == "people were not told of the transfer yet"
    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ground": "curiosity"}, "`curiosity` is no ground for `court`"),
        ({"reasoning": " "}, "the release says nothing about its reasoning"),
        ({"reference": ""}, "the release says nothing about its reference"),
        ({"scope": []}, "the release asks for nothing"),
        ({"scope": ["taste.colour"]}, "`court` may not be given `taste.colour`"),
        ({"subject": ""}, "the release names no person"),
        (
            {"silent_because": "told not to"},
            "silence towards the person needs a reason and a last day",
        ),
    ],
)
def test_what_cannot_be_opened(visit: Visit, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DisclosureRefused) as refusal:
        _opened(changed.pop("subject", visit[0].subject), **changed)
    assert refusal.value.message == message
    assert not Release.objects.exists()


def test_a_key_that_is_none_loses_nothing(visit: Visit) -> None:
    release = _opened(visit[0].subject)
    with _as(TWO):
        approve(release)
    with _as(ONE), pytest.raises(DisclosureRefused) as refusal:
        make(release, "age1nonsense")
    assert refusal.value.message == "this is no public key of age"
    release.refresh_from_db()
    assert release.state == "approved"


def test_refused_stays_refused(visit: Visit) -> None:
    release = _opened(visit[0].subject)
    with _as(TWO):
        refuse(release, "the order names somebody else")
        with pytest.raises(DisclosureRefused):
            approve(release)
    release.refresh_from_db()
    assert (release.state, release.ended_because) == ("refused", "the order names somebody else")


def test_todays_policy_counts_when_it_is_made(visit: Visit) -> None:
    release = _opened(visit[0].subject)
    with _as(TWO):
        approve(release)
    narrower = replace(COURT, gets=("contact.email",))
    with given(narrower), _as(ONE), pytest.raises(DisclosureRefused):
        make(release, str(READER.to_public()))
    assert active().policy.recipients["court"] == COURT
    assert not HandOver.objects.exists()


def test_the_person_sees_it_unless_that_is_barred(visit: Visit) -> None:
    _made(_opened(visit[0].subject))
    silent = _opened(
        visit[0].subject,
        reference="7 C 432/26",
        silent_because="the order forbids it",
        silent_until=timezone.localdate() + timedelta(days=30),
    )
    _made(silent)
    assert len(given_of(visit[0].subject)) == 1
    Release.objects.filter(pk=silent.pk).update(
        silent_until=timezone.localdate() - timedelta(days=1)
    )
    assert len(given_of(visit[0].subject)) == 2


def test_an_erasure_does_not_call_back_what_the_law_was_given(visit: Visit) -> None:
    _made(_opened(visit[0].subject))
    assert erased([visit[0].subject]) == []
    assert not Notice.objects.exists()
    assert Release.objects.get().subject == ""


def test_nobody_authorises_for_somebody_else(visit: Visit) -> None:
    named = Recipient(
        id="named", purposes=("own",), gets=("name.legal",), only_if="explicit_consent"
    )
    with given(named), _as(ONE), pytest.raises(DisclosureRefused) as refusal:
        open_release("named", subject=visit[0].subject, **{**ORDER, "scope": ["name.legal"]})
    assert refusal.value.message == "only the person themselves can authorise `named`"
    assert not Release.objects.exists()
