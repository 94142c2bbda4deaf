"""Choosing by the link of a mail: no sign-in, nothing by fetching, nothing by guessing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.pages.choosing import governed
from upheld import consent
from upheld.consent.models import Consent
from upheld.mail import links

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages.site")]
WHO = "member:42"


@pytest.fixture(autouse=True)
def _choices() -> Iterator[None]:
    cache.clear()
    with governed():
        yield


@pytest.fixture
def page() -> str:
    return links.choices_url(WHO).partition("8000")[2]


def test_the_link_shows_and_changes_the_choices_of_its_person(client: Client, page: str) -> None:
    text = client.get(page).content.decode()
    assert "the person whom our mail was sent to" in text and 'name="news"' in text
    assert not Consent.objects.exists(), "a scanner that fetches links changes something"
    answer = client.post(page, {"news": "no"})
    assert (answer.status_code, answer["Location"]) == (303, f"{page}?saved=all#choices")
    assert not answer.cookies
    assert not consent.allowed(WHO, "news")
    assert consent.history(WHO)[0].method == "link"


def test_the_receipt_goes_with_the_link(client: Client, page: str) -> None:
    assert client.get(f"{page}receipt/").status_code == 404, "a receipt of nothing"
    assert "Download your receipt" not in client.get(page).content.decode()
    client.post(page, {"news": "no"})
    assert f'href="{page}receipt/"' in client.get(page).content.decode()
    answer = client.get(f"{page}receipt/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        told = json.loads(files.read("receipt.json"))
        key = files.read("key.pem").decode()
    assert told["records"][0]["dpv:hasDataSubject"]["dpv:hasIdentifier"] == WHO
    assert client.get("/.well-known/consent-receipt-keys.pem").content.decode().startswith(key)


def test_a_visitor_has_a_receipt_too_and_nobody_has_none(client: Client) -> None:
    assert client.get("/privacy/choices/receipt/").status_code == 404
    client.post("/privacy/choices/", {"translation": "no"})
    assert client.get("/privacy/choices/receipt/").content.startswith(b"PK")
    assert client.get(f"{PREFIX}{'A' * 20}/receipt/").status_code == 404


def test_one_click_refuses_all(client: Client, page: str) -> None:
    client.post(page, {"every": "no"})
    assert not any(state.granted for state in consent.state(WHO).values())


def test_a_link_that_stops_one_list_opens_the_choices_too(client: Client) -> None:
    token = links.token_of(links.Link(WHO, "news"))
    links.keep([links.Link(WHO, "news")])
    assert client.get(reverse("upheld:choices-by-token", args=[token])).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["x", "A" * 20, "A" * 19, "A" * 21, "\N{SNOWMAN}" * 20, "a:b:c", "%00" * 20],
)
def test_a_wrong_link_is_a_clear_answer(client: Client, wrong: str) -> None:
    for send in (client.get, client.post):
        answer = send(f"{PREFIX}{wrong}/", {"news": "no"})
        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.content.decode()
    assert not Consent.objects.exists()


PREFIX = "/privacy/choices/"


def test_a_link_cut_short_or_changed_is_nobodys(client: Client, page: str) -> None:
    token = page.rstrip("/").rpartition("/")[2]
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in (token[:-1], token.swapcase(), changed, token + "A"):
        assert client.get(f"{PREFIX}{wrong}/").status_code == 404


def test_a_link_of_another_site_or_signed_for_something_else_is_nobodys(client: Client) -> None:
    for salt in ("other", "upheld.choices"):
        foreign = signing.dumps([WHO, "news"], salt=salt)
        assert client.get(f"{PREFIX}{foreign}/").status_code == 404


def test_a_link_of_somebody_erased_leads_nowhere(client: Client, page: str) -> None:
    links.forget([WHO])
    assert client.get(page).status_code == 404
    assert client.post(page, {"news": "yes"}).status_code == 404
    assert not Consent.objects.exists()
