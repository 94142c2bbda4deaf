from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from tests.rights.conftest import ENGINE, Person, make_person
from tests.rights.identity.conftest import picture
from tests.rights.requests.conftest import letters
from upheld.context import purpose
from upheld.rights.requests.by_mail import FromMail, kind_in, open_from_mail
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.sealed import opened

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


def mailed(
    sender: str, body: str = "Please send me a copy of my data.", **given: object
) -> FromMail:
    found = open_from_mail(
        **{  # type: ignore[arg-type]
            "message_id": "<1@post.example>",
            "sender": sender,
            "title": "My data",
            "body": body,
            "received_at": AT,
            **given,
        }
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Please send me a full copy of my data", "copy"),
        ("I'd like copies of all the information you hold", "copy"),
        ("This is a subject access request", "copy"),
        ("Kindly delete my account for good", "deletion"),
        ("I want my right to be forgotten", "deletion"),
        ("please erase all my personal data", "deletion"),
        ("Please correct my address", "correction"),
        ("Restrict the processing of my data", "restriction"),
        ("I object to the use of my data for advertising", "objection"),
        ("I withdraw my consent", "consent_withdrawal"),
        ("I wish to complain about your answer", "complaint"),
        ("What information do you hold about me?", "access"),
        ("I ask for data portability", "portability"),
        ("When does my kettle arrive?", ""),
        ("The lid is missing, please send a new one", ""),
        ("> Please delete my account\nThank you, that was quick", ""),
        ("Could you remove the sticker residue?", ""),
    ],
)
def test_what_a_letter_asks_for(words: str, kind: str) -> None:
    assert kind_in("", words) == kind


def test_an_ordinary_letter_opens_nothing(ann: Person) -> None:
    assert (
        open_from_mail(
            message_id="<1@post.example>", sender="ann@post.example", title="Kettle",
            body="When does it arrive?", received_at=AT,
        )
        is None
    )  # fmt: skip
    assert not RightsRequest.objects.exists()


def test_a_letter_from_the_address_on_file_proposes_the_person(ann: Person) -> None:
    found = mailed("Ann@post.example")
    row = found.request
    assert (row.subject, row.kind, row.right) == (ann.subject, "copy", "copy_by_mail")
    assert (row.received_at, row.verified_at) == (AT, None)
    assert opened(row.contact) == "Ann@post.example"
    assert [to for to, _ in letters()] == ["Ann@post.example"]


def test_the_same_letter_twice_is_one_request(ann: Person) -> None:
    first, second = mailed("ann@post.example"), mailed("ann@post.example")
    assert (first.created, second.created) == (True, False)
    assert first.request.pk == second.request.pk
    assert len(letters()) == 1


def test_a_stranger_is_matched_to_nobody(ann: Person) -> None:
    row = mailed(
        "mallory@else.example", "Send me a copy of the data of Ann Oakes: all my data"
    ).request
    assert row.subject is None
    ((to, text),) = letters()
    assert to == "mallory@else.example"
    assert "Oakes" not in text


def test_two_accounts_behind_one_address_are_left_to_the_post(ann: Person) -> None:
    twin = make_person("Annette")
    with purpose("rights", actor=ENGINE, subject=twin.subject):
        User.objects.filter(pk=twin.user.pk).update(email="ann@post.example")
    assert mailed("ann@post.example").request.subject is None


def test_attachments_become_documents_or_words(ann: Person) -> None:
    found = mailed(
        "ann@post.example", attachments=[picture(), b"MZ a programme", bytes(50 * 1024 * 1024)]
    )
    assert found.request.documents.count() == 1
    assert found.request.documents.get().state == "quarantined"  # no scanner here
    assert found.not_taken == (
        "Attachment 2: Only photos (JPEG, PNG, WebP) and PDF files are taken.",
        "Attachment 3: This file is larger than 10 MB. Please send a smaller one.",
    )
