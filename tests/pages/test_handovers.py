"""Who was given what, as the person sees it; releases, as two of the privacy team do them."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator

import pyrage
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings

from tests.disclosure.conftest import (
    COURIER,
    VISITS,
    Courier,
    courier,
    given,
    reached,
    rules,
    visit,
)
from tests.disclosure.test_releases import COURT
from tests.project.clinic.models import Appointment
from tests.rights.conftest import ENGINE, Person, make_person
from upheld.context import purpose
from upheld.disclosure.delivering import hand_overs
from upheld.disclosure.gate import queue
from upheld.disclosure.models import HandOver, Notice, Release
from upheld.disclosure.passing_on import BY_HAND, erased
from upheld.journal import fresh_buffer
from upheld.pages import fresh, second_factor
from upheld.policy.types import Recipient

__all__ = ["courier", "reached", "rules", "visit"]

Visit = tuple[Person, Appointment]
OVERVIEW = "/privacy/console/hand-overs/"
READER = pyrage.x25519.Identity.generate()
ASKED = {
    "recipient": "court",
    "authority": "District court of Elmfield",
    "reference": "7 C 431/26",
    "ground": "court order",
    "reasoning": "a signed order",
    "scope": ["name.legal"],
}


@pytest.fixture(autouse=True)
def _pages(rules: None) -> Iterator[None]:
    factor = settings.UPHELD | {"SECOND_FACTOR": "tests.pages.factor.Factor"}
    with (
        fresh_buffer(),
        override_settings(UPHELD=factor, ROOT_URLCONF="tests.pages.site", LOGIN_URL="/sign-in/"),
        given(COURIER, COURT),
    ):
        yield


def _browser(user: User) -> Client:
    client = Client()
    with purpose("authentication", actor=ENGINE):
        client.force_login(user)
        session = client.session
        session[second_factor.SESSION_KEY] = time.time()
        session.save()
    return client


def _clerk(name: str, post: str = "privacy") -> Client:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(name, email=f"{name}@aldgrove.example", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    return _browser(user)


def _opened(clerk: Client, subject: str) -> str:
    answer = clerk.post("/privacy/console/releases/new/", {**ASKED, "subject": subject})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def test_a_person_sees_their_own_hand_overs_and_no_others(visit: Visit, reached: Courier) -> None:
    with purpose("order_fulfilment", actor=ENGINE):
        queue(VISITS, [visit[1]])
    hand_overs()
    page = _browser(visit[0].user).get("/privacy/me/given/").content.decode()
    assert "The courier" in page.split("Only on a special ground")[0]
    other = _browser(make_person("Sorrel").user).get("/privacy/me/given/").content.decode()
    assert "Nobody so far." in other


def test_from_the_order_of_a_court_to_the_sealed_bundle(visit: Visit) -> None:
    one, two = _clerk("ines"), _clerk("oscar")
    place = _opened(one, visit[0].subject)
    assert "Somebody else has to agree" in one.get(place).content.decode()
    one.post(place, {"do": "approve"})
    assert Release.objects.get().state == "draft"
    two.post(place, {"do": "approve"})
    answer = one.post(place, {"do": "make", "reader": str(READER.to_public())})
    sealed = b"".join(answer.streaming_content)  # type: ignore[arg-type] # a synchronous file
    assert pyrage.decrypt(sealed, [READER])[:2] == b"PK"
    release = Release.objects.get()
    assert release.state == "made"
    assert release.digest in one.get(place).content.decode()
    again = one.post(place, {"do": "make", "reader": str(READER.to_public())}, follow=True)
    assert "The release is not approved yet" in again.content.decode()
    assert HandOver.objects.count() == 1
    person = _browser(visit[0].user).get("/privacy/me/given/").content.decode()
    assert "court order" in person


def test_a_wrong_ground_is_said_at_the_form(visit: Visit) -> None:
    answer = _clerk("ines").post(
        "/privacy/console/releases/new/",
        {**ASKED, "ground": "curiosity", "subject": visit[0].subject},
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "`curiosity` is no ground for `court`" in page
    assert "District court of Elmfield" in page, "what was typed is still there"


def test_a_notice_that_only_people_can_see_to(visit: Visit, reached: Courier) -> None:
    with purpose("order_fulfilment", actor=ENGINE):
        queue(VISITS, [visit[1]])
    hand_overs()
    erased([visit[0].subject])
    Notice.objects.update(answer=BY_HAND)
    clerk = _clerk("ines")
    assert BY_HAND in clerk.get(OVERVIEW).content.decode()
    clerk.post(OVERVIEW, {"done": str(Notice.objects.get().pk)})
    assert Notice.objects.get().state == "done"
    assert "Every recipient has answered." in clerk.get(OVERVIEW).content.decode()


@pytest.mark.parametrize(
    "path", [OVERVIEW, "/privacy/console/releases/new/", "/privacy/console/releases/1/"]
)
def test_other_posts_and_members_stay_out(visit: Visit, path: str) -> None:
    assert _clerk("dora", "dispatch").get(path).status_code == 403
    assert _browser(visit[0].user).get(path).status_code == 403


def test_what_is_not_there(visit: Visit) -> None:
    clerk = _clerk("ines")
    assert clerk.get("/privacy/console/releases/99999/").status_code == 404
    assert clerk.post(OVERVIEW, {"done": "x"}).status_code == 404


NAMED = Recipient(
    id="named",
    purposes=("own",),
    gets=("name.legal", "contact.email"),
    name="Whomever you name",
    only_if="explicit_consent",
    role="controller",
    approvals=1,
    says=("yours",),
)
WORDS = {
    "authority": "Elm Surgery, 3 Mill Road",
    "scope": ["name.legal"],
    "words": "Please give them my name.",
}


@pytest.fixture
def person(visit: Visit) -> Iterator[Client]:
    """Wren, signed in a moment ago, where people may name somebody."""
    client = _browser(visit[0].user)
    session = client.session
    with purpose("authentication", actor=ENGINE):
        session[fresh.SESSION_KEY] = time.time()
        session.save()
    with given(NAMED):
        yield client


def test_a_persons_own_word_is_handed_over_once_staff_agree(person: Client, visit: Visit) -> None:
    assert person.post("/privacy/me/given/authorise/named/", WORDS).status_code == 302
    release = Release.objects.get()
    assert (release.subject, release.opened_by) == (visit[0].subject, visit[0].subject)
    clerk = _clerk("ines")
    place = f"/privacy/console/releases/{release.pk}/"
    clerk.post(place, {"do": "approve"})
    answer = clerk.post(place, {"do": "make", "reader": str(READER.to_public())})
    sealed = b"".join(answer.streaming_content)  # type: ignore[arg-type] # a synchronous file
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [READER]))) as archive:
        assert set(archive.namelist()) == {
            "auth.User.jsonl",
            "clinic.Patient.jsonl",
            "manifest.json",
        }
        assert b"Wren Oakes" in archive.read("clinic.Patient.jsonl")
        assert b"post.example" not in archive.read("clinic.Patient.jsonl")


def test_it_can_be_taken_back_until_then(person: Client) -> None:
    person.post("/privacy/me/given/authorise/named/", WORDS)
    release = Release.objects.get()
    person.post("/privacy/me/given/authorise/named/", {"withdraw": str(release.pk)})
    release.refresh_from_db()
    assert (release.state, release.ended_because) == ("refused", "taken back by the person")
    assert "Not handed over: taken back" in person.get("/privacy/me/given/").content.decode()


def test_nobody_takes_back_what_another_said(person: Client) -> None:
    person.post("/privacy/me/given/authorise/named/", WORDS)
    other = _browser(make_person("Sorrel").user)
    with purpose("authentication", actor=ENGINE):
        session = other.session
        session[fresh.SESSION_KEY] = time.time()
        session.save()
    number = str(Release.objects.get().pk)
    answer = other.post("/privacy/me/given/authorise/named/", {"withdraw": number})
    assert answer.status_code == 404
    assert Release.objects.get().state == "draft"


def test_staff_cannot_authorise_for_a_person(person: Client, visit: Visit) -> None:
    answer = _clerk("ines").post(
        "/privacy/console/releases/new/",
        {**ASKED, "recipient": "named", "subject": visit[0].subject},
    )
    assert answer.status_code == 400
    assert 'value="named"' not in answer.content.decode()
    assert not Release.objects.exists()
