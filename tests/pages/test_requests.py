"""The pages of requests, from both sides of the desk."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.pages.factor import RIGHT
from tests.rights.conftest import ENGINE, Person, furnish, make_person
from tests.rights.identity.conftest import clamd, picture
from tests.rights.requests.conftest import code_in, letters, richer
from upheld import consent
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.guard.restricting import restrictions
from upheld.guard.restriction import look_again
from upheld.journal import fresh_buffer
from upheld.pages import fresh, second_factor
from upheld.rights.identity.models import IdentityDocument
from upheld.rights.requests.links import token_of
from upheld.rights.requests.models import RightsRequest

__all__ = ["clamd"]

ME, NEW = "/privacy/me/requests/", "/privacy/me/requests/new/"
DESK = "/privacy/console/requests/"


@pytest.fixture(autouse=True)
def _governed(db: None, clamd: str) -> Iterator[None]:
    given = settings.UPHELD | {"CLAMD": clamd, "SECOND_FACTOR": "tests.pages.factor.Factor"}
    with (
        fresh_buffer(),
        override_settings(
            UPHELD=given,
            ROOT_URLCONF="tests.pages.site",
            LOGIN_URL="/sign-in/",
            FILE_UPLOAD_HANDLERS=["upheld.pages.uploads.InMemory"],
            MIDDLEWARE=[
                *settings.MIDDLEWARE,
                "django.contrib.messages.middleware.MessageMiddleware",
            ],
            TEMPLATES=[
                {
                    **settings.TEMPLATES[0],
                    "OPTIONS": {
                        "context_processors": [
                            "django.template.context_processors.request",
                            "django.contrib.auth.context_processors.auth",
                            "django.contrib.messages.context_processors.messages",
                        ]
                    },
                }
            ],
        ),
    ):
        now = active()
        mapped = now.datamap.source
        from dataclasses import replace

        routes = mapped.routes | {"upheld:desk*": "privacy_requests"}
        with governed_by(policy=richer(now.policy), mapfile=replace(mapped, routes=routes)):
            yield
    look_again("default")


@pytest.fixture
def ann(db: None) -> Person:
    person = make_person("Ann")
    furnish(person)
    return person


def browser(user: User, *, factor: bool = False) -> Client:
    """Somebody signed in a moment ago."""
    client = Client()
    with purpose("authentication", actor=ENGINE):
        client.force_login(user)
        session = client.session
        session[fresh.SESSION_KEY] = time.time()
        if factor:
            session[second_factor.SESSION_KEY] = time.time()
        session.save()
    return client


def clerk(*, factor: bool = True, post: str = "privacy") -> Client:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(
            "ines", email="ines@aldgrove.example", password="pine-cone-river-9", is_staff=True
        )
        user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    return browser(user, factor=factor)


def ask(client: Client, kind: str, **given: str) -> RightsRequest:
    answer = client.post(NEW, {"kind": kind, "key": "k1", **given})
    assert answer.status_code == 302, answer.content.decode()
    return RightsRequest.objects.get(pk=answer.headers["Location"].rstrip("/").split("/")[-1])


def upload(client: Client, path: str, content: bytes, name: str = "me.jpg") -> str:
    answer = client.post(
        path, {"do": "document", "document": SimpleUploadedFile(name, content)}, follow=True
    )
    return str(answer.content.decode())


def test_from_the_request_to_the_receipt(ann: Person) -> None:
    me, desk = browser(ann.user), clerk()
    row = ask(me, "deletion")
    page = f"{ME}{row.pk}/"
    text = me.get(page).content.decode()
    assert "Show that it is you" in text
    assert "Once we know that it is you, we finish within 7 working days." in text
    assert "Our privacy team looks at it and then destroys it." in upload(me, page, picture())

    listed = desk.get(DESK).content.decode()
    assert "1 document to check" in listed
    one = f"{DESK}{row.pk}/"
    shown = desk.get(one).content.decode()
    assert "Ann Oakes" in shown
    assert "ann@post.example" not in shown  # the desk's purpose reads no more than it shows
    paper = IdentityDocument.objects.get()
    assert (
        desk.get(f"/privacy/console/documents/{paper.pk}/?raw=1").headers["Content-Type"]
        == "image/jpeg"
    )
    look = desk.get(f"/privacy/console/documents/{paper.pk}/").content.decode()
    assert '<img class="upheld-paper" src="?raw=1"' in look
    assert "Papers" in desk.post(one, {"do": "verify"}, follow=True).content.decode()
    assert desk.get(f"/privacy/console/documents/{paper.pk}/?raw=1").status_code == 409
    desk.post(one, {"do": "fulfil", "answer": "Farewell."})
    row.refresh_from_db()
    assert (row.state, row.subject) == ("fulfilled", None)
    to, text = letters()[-1]
    assert to == "ann@post.example"
    assert "Farewell." in text
    assert Client().get(f"/privacy/receipts/{row.receipt}/").status_code == 200
    assert "erased" in desk.get(one).content.decode()


def test_a_copy_is_downloaded_once_and_behind_a_fresh_sign_in(ann: Person) -> None:
    me, desk = browser(ann.user), clerk()
    row = ask(me, "copy")
    desk.post(f"{DESK}{row.pk}/", {"do": "fulfil"})
    page = f"{ME}{row.pk}/"
    assert "Download my copy" in me.get(page).content.decode()
    stale = Client()
    with purpose("authentication", actor=ENGINE):
        stale.force_login(ann.user)
    assert "/privacy/me/fresh/" in stale.post(page, {"do": "collect"}).headers["Location"]
    answer = me.post(page, {"do": "collect"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as bundle:  # type: ignore[arg-type]
        assert "index.html" in bundle.namelist()
    again = me.post(page, {"do": "collect"}, follow=True)
    assert "fetched already" in again.content.decode()


def test_anybody_elses_request_is_not_there(ann: Person) -> None:
    row = ask(browser(ann.user), "copy")
    ben = browser(make_person("Ben").user)
    for method in (ben.get, ben.post):
        assert method(f"{ME}{row.pk}/", {"do": "withdraw"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "in_progress"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(50 * 1024 * 1024), "This file is larger than 10 MB."),
        (b"MZ programme", "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (b"", "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
    ],
)
def test_a_file_that_is_not_taken_gets_a_clear_answer(
    ann: Person, content: bytes, words: str
) -> None:
    me = browser(ann.user)
    row = ask(me, "deletion")
    assert words in upload(me, f"{ME}{row.pk}/", content)
    assert not IdentityDocument.objects.exists()


def test_taking_consent_back_is_done_at_once(ann: Person) -> None:
    row = ask(browser(ann.user), "consent_withdrawal", about="weekly_bundle_mail")
    assert row.state == "fulfilled"


def test_the_form_says_what_is_missing(ann: Person) -> None:
    me = browser(ann.user)
    for kind, words in (
        ("objection", "Please say which use you mean."),
        ("complaint", "Please tell us in a few words."),
    ):
        answer = me.post(NEW, {"kind": kind, "key": "k"})
        assert (answer.status_code, words in answer.content.decode()) == (400, True)


def test_the_desk_is_for_the_post_with_its_second_factor(ann: Person) -> None:
    assert "/sign-in/" in Client().get(DESK).headers["Location"]
    assert browser(ann.user).get(DESK).status_code == 403
    half = clerk(factor=False)
    for path in (DESK, "/privacy/console/", f"{DESK}phone/"):
        answer = half.get(path)
        assert answer.headers["Location"].startswith("/privacy/console/second-factor/?next=")
    where = "/privacy/console/second-factor/"
    wrong = half.post(where, {"code": "000000", "next": DESK})
    assert "This code is not right." in wrong.content.decode()
    right = half.post(where, {"code": RIGHT, "next": DESK})
    assert right.headers["Location"] == DESK
    assert half.get(DESK).status_code == 200


def test_guessing_codes_ends_soon(ann: Person) -> None:
    half = clerk(factor=False)
    where = "/privacy/console/second-factor/"
    for _ in range(20):
        half.post(where, {"code": "000000"})
    answer = half.post(where, {"code": RIGHT})
    assert answer.status_code == 429
    assert "Too many wrong codes" in answer.content.decode()


def test_whoever_calls_is_written_to_at_the_address_on_file(ann: Person) -> None:
    desk = clerk()
    answer = desk.post(
        f"{DESK}phone/",
        {"kind": "access", "email": "ann@post.example", "told": "on", "key": "p1"},
    )
    row = RightsRequest.objects.get()
    assert answer.headers["Location"] == f"{DESK}{row.pk}/"
    assert (row.subject, row.channel, row.verified_at) == (ann.subject, "phone", None)
    assert row.taken_by.startswith("member:")
    assert "a sign-in or code" not in desk.get(f"{DESK}{row.pk}/").content.decode()
    refused = desk.post(f"{DESK}{row.pk}/", {"do": "verify"}, follow=True).content.decode()
    assert "This request is proved by the person alone." in refused

    link = Client()
    path = f"/privacy/requests/{token_of(row.pk)}/"
    assert "Send me a code" in link.get(path).content.decode()
    letters()
    link.post(path, {"do": "send"})
    code = code_in(letters())
    assert (
        "This code is not right"
        in link.post(path, {"do": "code", "code": "12345678"}, follow=True).content.decode()
    )
    link.post(path, {"do": "code", "code": code})
    row.refresh_from_db()
    assert row.verified_by == "code"

    desk.post(f"{DESK}{row.pk}/", {"do": "fulfil"})
    letters()
    assert "ann@post.example" not in link.get(path).content.decode()
    link.post(path, {"do": "send"})
    answer = link.post(path, {"do": "collect", "code": code_in(letters())})
    assert answer.headers["Content-Type"] == "application/zip"


def test_the_desk_ends_mail_for_who_asks_by_word(ann: Person) -> None:
    page = f"{DESK}stop/"
    desk = clerk()
    assert browser(ann.user, factor=True).get(page).status_code == 403
    assert "Every mail by choice" in desk.get(page).content.decode()
    said = {"email": ann.user.email, "channel": "phone", "day": "2026-11-20", "only": ""}
    for wrong in ({"day": "2999-01-01"}, {"channel": "smoke"}, {"email": "x"}, {"only": "own"}):
        assert desk.post(page, said | wrong).status_code == 400
    consent.record(
        ann.subject, "weekly_bundle_mail", True,
        wording="w", version="1", place="p", method="form",
    )  # fmt: skip
    assert desk.post(page, said).status_code == 302
    assert not consent.allowed(ann.subject, "weekly_bundle_mail")
    answer = desk.post(page, said | {"email": "nobody@post.example"}, follow=True)
    assert "The address gets no mail by choice any more." in answer.content.decode()


def test_a_forged_link_leads_nowhere(ann: Person) -> None:
    row = ask(browser(ann.user), "copy")
    for token in ("x", token_of(row.pk)[:-2] + "xx", token_of(row.pk)):
        # A request of the member centre has no link at all.
        assert Client().get(f"/privacy/requests/{token}/").status_code == 404


def test_a_denial_without_a_ground_is_shown_again(ann: Person) -> None:
    row = ask(browser(ann.user), "copy")
    answer = clerk().post(f"{DESK}{row.pk}/", {"do": "deny", "answer": "No."})
    assert "A denial needs a ground." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "in_progress"


def test_the_desk_matches_corrects_pauses_and_notes(ann: Person) -> None:
    desk = clerk()
    row = ask(browser(ann.user), "correction", words="My last name is Ash now")
    one = f"{DESK}{row.pk}/"
    desk.post(one, {"do": "note", "text": "Called back."})
    desk.post(one, {"do": "pause", "reason": "Since when?"})
    assert "Called back." in (text := desk.get(one).content.decode())
    assert "Since when?" in text
    desk.post(one, {"do": "resume"})
    place = f"auth.User.last_name {ann.user.pk}"
    assert (
        "Corrected."
        in desk.post(
            one, {"do": "correct", "place": place, "value": "Ash"}, follow=True
        ).content.decode()
    )
    with purpose("rights", actor=ENGINE):
        assert User.objects.get(pk=ann.user.pk).last_name == "Ash"


def test_who_has_a_second_factor_shows_it_at_a_fresh_sign_in(ann: Person) -> None:
    me = Client()
    with purpose("authentication", actor=ENGINE):
        me.force_login(ann.user)
    password = {"password": "pine-cone-river-9", "next": NEW}
    where = "/privacy/me/fresh/"
    assert "Code from your app" in me.get(where).content.decode()
    for given, words in (
        (password, "This field is required."),
        (password | {"code": "000000"}, "This code is not right."),
        ({"password": "wrong", "code": RIGHT}, "That is not your password."),
    ):
        assert words in me.post(where, given).content.decode()
    assert me.get(NEW).status_code == 302
    assert me.post(where, password | {"code": RIGHT}).headers["Location"] == NEW
    assert me.get(NEW).status_code == 200


def test_a_restriction_holds_until_the_person_wants_it_to_end(ann: Person) -> None:
    me, desk = browser(ann.user), clerk()
    row = ask(me, "restriction")
    one = f"{DESK}{row.pk}/"
    desk.post(one, {"do": "fulfil"})
    assert set(restrictions(ann.subject)) == {""}
    assert "The person wants it to end" in desk.get(one).content.decode()
    desk.post(one, {"do": "lift"})
    assert restrictions(ann.subject) == {}
    assert "The person wants it to end" not in desk.get(one).content.decode()
    again = desk.post(one, {"do": "lift"}, follow=True)
    assert again.status_code == 200
