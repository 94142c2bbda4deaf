from __future__ import annotations

import base64

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from sites.scanner import PATTERN
from tests.rights.conftest import Person
from tests.rights.identity.conftest import paper, picture
from tests.rights.requests.conftest import ask
from upheld import keyring
from upheld.context import Actor, purpose
from upheld.errors import KeyDestroyed, PurposeError
from upheld.rights.identity.documents import COLUMN, LARGEST, receive, shown, sweep
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.deciding import deny, revoke
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import verify
from upheld.rights.requests.steps import move

PRIVACY = Actor("staff", "member:900", frozenset({"privacy"}))
DISPATCH = Actor("staff", "member:901", frozenset({"dispatch"}))


@pytest.fixture
def row(scanned: None, ben: Person) -> RightsRequest:
    return ask("deletion", ben.subject)


def test_a_document_is_kept_sealed_and_opened_by_the_post_alone(row: RightsRequest) -> None:
    document = receive(row, picture())
    assert (document.state, document.media) == ("clean", "image/jpeg")
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM upheld_identitydocument")
        ((stored,),) = cursor.fetchall()
    assert stored.startswith("u1:")
    assert base64.b64encode(picture()).decode()[:40] not in stored
    with purpose("privacy_requests", actor=PRIVACY):
        _, content = shown(document.pk)
    assert content.startswith(b"\xff\xd8")
    for name, actor in (
        ("privacy_requests", DISPATCH),
        ("order_fulfilment", DISPATCH),
        ("own", Actor("member", row.subject or "")),
        (None, PRIVACY),
    ):
        with purpose(name, actor=actor), pytest.raises(PurposeError):
            shown(document.pk)


def test_confirming_destroys_key_and_bytes(row: RightsRequest) -> None:
    document = receive(row, paper())
    token = document.content
    verify(row, "document")
    document.refresh_from_db()
    assert (document.state, document.content, document.mark) == ("destroyed", "", None)
    assert document.destroyed_at is not None
    with pytest.raises(KeyDestroyed):
        keyring.sealer().open(token, column=COLUMN)
    with purpose("privacy_requests", actor=PRIVACY), pytest.raises(ProofRefused) as caught:
        shown(document.pk)
    assert caught.value.words == "This document is destroyed: nobody can open it."


@pytest.mark.parametrize("end", [lambda row: deny(row, "insuf_verification"), revoke])
def test_every_other_end_destroys_it_too(row: RightsRequest, end: object) -> None:
    receive(row, picture())
    end(row)  # type: ignore[operator]
    assert not IdentityDocument.objects.exclude(state="destroyed").exists()


def test_harmful_software_is_turned_away(row: RightsRequest) -> None:
    with pytest.raises(ProofRefused) as caught:
        receive(row, picture() + PATTERN)
    assert caught.value.words == (
        "This file holds harmful software. Please send a fresh photo or scan."
    )
    assert not IdentityDocument.objects.exists()


def test_without_a_scanner_it_waits_in_quarantine(row: RightsRequest) -> None:
    with override_settings(UPHELD=settings.UPHELD | {"CLAMD": ""}):
        document = receive(row, picture())
    assert document.state == "quarantined"
    with override_settings(UPHELD=settings.UPHELD | {"CLAMD": ""}):
        assert sweep() == (0, 0)


def test_a_quarantined_document_opens_for_nobody_until_it_was_scanned(
    row: RightsRequest,
) -> None:
    document = receive(row, picture())
    IdentityDocument.objects.filter(pk=document.pk).update(state="quarantined")
    with purpose("privacy_requests", actor=PRIVACY), pytest.raises(ProofRefused) as caught:
        shown(document.pk)
    assert caught.value.words == "This document is quarantined: nobody can open it."
    assert sweep() == (0, 1)
    with purpose("privacy_requests", actor=PRIVACY):
        shown(document.pk)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (b"MZ\x90\x00 a programme", "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (b"PK\x03\x04" + bytes(64), "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (b"GIF89a" + bytes(64), "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            "Only photos (JPEG, PNG, WebP) and PDF files are taken.",
        ),
        (bytes(LARGEST + 1), "This file is larger than 10 MB. Please send a smaller one."),
    ],
)
def test_what_is_not_taken(row: RightsRequest, data: bytes, words: str) -> None:
    with pytest.raises(ProofRefused) as caught:
        receive(row, data)
    assert caught.value.words == words


def test_a_second_click_brings_no_second_paper(row: RightsRequest) -> None:
    assert receive(row, picture()).pk == receive(row, picture()).pk


def test_six_are_enough(row: RightsRequest) -> None:
    for width in range(6):
        receive(row, picture((64 + width, 40)))
    with pytest.raises(ProofRefused) as caught:
        receive(row, picture((90, 90)))
    assert caught.value.words == ("A request takes 6 files at most, and only while it runs.")


def test_a_closed_request_takes_none(row: RightsRequest) -> None:
    closed = revoke(row)
    with pytest.raises(ProofRefused) as caught:
        receive(closed, picture())
    assert caught.value.words == "This request is closed already."
    # Nor one that was closed while the file was on its way.
    with pytest.raises(ProofRefused):
        receive(row, picture())


def test_what_a_bug_left_behind_the_sweep_destroys(row: RightsRequest) -> None:
    receive(row, picture())
    move(row.pk, "revoke")  # past the door that destroys
    assert sweep()[0] == 1
    assert sweep() == (0, 0)
