"""The page behind the link: a GET changes nothing, one POST does it, without a cookie."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail as django_mail
from django.core import signing
from django.test import Client

from tests.mail.conftest import ENGINE, LIST, Person, letter
from upheld import consent, mail
from upheld.context import purpose
from upheld.errors import MailError
from upheld.mail import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A mail programme: no session, no cookie, and the check of forms is on."""
    return Client(enforce_csrf_checks=True)


def path(person: Person, topic: str = "") -> str:
    return urlsplit(links.unsubscribe_url(person.subject, LIST, topic)).path


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_scanners_that_fetch_the_link_change_nothing(anna: Person, client: Client) -> None:
    anna.says(True)
    for _ in range(3):
        assert "Stop these mails?" in text(client.get(path(anna)))
        assert client.head(path(anna)).status_code == 200
    assert client.options(path(anna)).status_code == 405
    assert client.put(path(anna)).status_code == 405
    assert consent.allowed(anna.subject, LIST)
    assert not client.cookies


def test_one_click_of_the_mail_programme_ends_the_list(anna: Person, client: Client) -> None:
    anna.says(True)
    answer = client.post(
        path(anna),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"origin": "null"},
    )
    assert answer.status_code == 200
    assert "You get no more of <strong>Weekly bundle mail</strong>" in text(answer)
    assert not consent.allowed(anna.subject, LIST)
    assert consent.history(anna.subject, LIST)[-1].method == "one-click"
    assert not client.cookies
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_multipart_click_counts_too(anna: Person, client: Client) -> None:
    anna.says(True)
    client.post(path(anna), {"List-Unsubscribe": "One-Click"})
    assert not consent.allowed(anna.subject, LIST)


def test_it_counts_for_a_mail_that_waits(anna: Person, client: Client) -> None:
    anna.says(True)
    waiting = letter(anna)
    client.post(path(anna))
    with pytest.raises(MailError):
        mail.send(waiting, klass="marketing", subject=anna.subject, purpose=LIST)
    assert mail.refused({anna.subject: anna.address}, klass="marketing", purpose=LIST) == {
        anna.subject: "consent"
    }
    assert django_mail.outbox == []


def test_a_double_click_is_one_answer(anna: Person, client: Client) -> None:
    anna.says(True)
    client.post(path(anna))
    again = client.post(path(anna))
    assert "You get no more of" in text(again)
    assert len(consent.history(anna.subject, LIST)) == 2
    assert "These mails are stopped" in text(client.get(path(anna)))


def test_the_last_click_can_be_taken_back_and_nothing_else(anna: Person, client: Client) -> None:
    anna.says(True)
    assert 'value="undo"' in text(client.post(path(anna)))
    assert "As before" in text(client.post(path(anna), {"do": "undo"}))
    assert consent.allowed(anna.subject, LIST)
    assert "Nothing to undo" in text(client.post(path(anna), {"do": "undo"}))
    anna.says(False)  # her own word, on a page: the link may not turn it round
    assert "Nothing to undo" in text(client.post(path(anna), {"do": "undo"}))
    assert not consent.allowed(anna.subject, LIST)


def test_the_link_signs_nobody_up(anna: Person, client: Client) -> None:
    client.post(path(anna))
    assert "Nothing to undo" in text(client.post(path(anna), {"do": "undo"}))
    assert not consent.allowed(anna.subject, LIST)


def test_all_ends_every_list(anna: Person, client: Client) -> None:
    anna.says(True)
    other = urlsplit(links.choices_url(anna.subject)).path.replace("choices", "unsubscribe")
    assert client.get(other).status_code == 302
    assert "All stopped" in text(client.post(other))
    assert not consent.allowed(anna.subject, LIST)


@pytest.mark.parametrize("bad", ["A" * 20, "x", "a:b:c", "%00" * 20, "ä" * 20])
def test_a_forged_link_says_so_and_changes_nothing(anna: Person, client: Client, bad: str) -> None:
    anna.says(True)
    path(anna)
    for answer in (
        client.get(f"/privacy/unsubscribe/{bad}/"),
        client.post(f"/privacy/unsubscribe/{bad}/"),
    ):
        assert answer.status_code == 404
        assert "This link does not work" in text(answer)
        assert "Nothing was changed" in text(answer)
    assert consent.allowed(anna.subject, LIST)


def test_the_link_of_an_erased_person_answers_kindly(anna: Person, client: Client) -> None:
    anna.says(True)
    link = path(anna)
    old = signing.dumps([anna.subject, LIST], salt=links.SIGNED_SALT, compress=False)
    links.forget([anna.subject])
    with purpose("upkeep", actor=ENGINE):
        anna.user.delete()
    for gone in (link, f"/privacy/unsubscribe/{old}/"):
        for answer in (client.get(gone), client.post(gone)):
            assert answer.status_code == 200
            assert "Nothing is sent any more" in text(answer)
    assert len(consent.history(anna.subject, LIST)) == 1


def test_a_list_that_was_given_up_answers_kindly(anna: Person, client: Client) -> None:
    link = urlsplit(links.unsubscribe_url(anna.subject, "daily_mail")).path
    assert "the list was given up" in text(client.post(link))
