from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings

from upheld.context import Actor, purpose
from upheld.proving.models import ProofResult

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture(autouse=True)
def _with_pages() -> object:
    with override_settings(ROOT_URLCONF="tests.pages.site"):
        yield


def proved(probe: str, says: list[str], result: str) -> None:
    with purpose("upkeep", actor=Actor("system", "system:test")):
        ProofResult.objects.create(
            probe=probe,
            rule="data.name.legal",
            title="find `name.legal` in clear text",
            says=says,
            result=result,
            detail="3 values, all sealed",
            at=AT,
            policy="0",
        )


def test_the_date_stands_first(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    assert page.index("Last updated:") < page.index("<h1>Privacy at Aldgrove Practice</h1>")


def test_every_sentence_with_rules_leads_to_what_makes_it_true(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    assert page.count('data-sentence="') == page.count('<a class="upheld-mark ')
    assert 'href="/privacy/promise/only-if-agreed/"' in page
    assert "The rules were not tested on this site yet." in page


def test_marks_follow_the_last_proof_and_broken_outweighs_kept(client: Client) -> None:
    proved("a", ["locked", "no-card"], "kept")
    proved("b", ["locked"], "broken")
    proved("c", ["no-card"], "outside")
    page = client.get("/privacy/").content.decode()
    assert '<a class="upheld-mark upheld-mark-broken" href="/privacy/promise/locked/"' in page
    assert '<a class="upheld-mark upheld-mark-kept" href="/privacy/promise/no-card/"' in page
    assert "last on 22 November 2026," in page
    assert "1 sentence tested and kept, <strong" in page


def test_chapters_lead_to_their_first_sentence(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    assert '<a href="#what-we-hold">What we hold</a>' in page
    assert '<a href="#yours">Who sees it</a>' in page


def test_a_promise_shows_its_words_rules_and_proofs(client: Client) -> None:
    proved("a", ["locked"], "kept")
    page = client.get("/privacy/promise/locked/").content.decode()
    assert "every note are kept locked." in page
    assert "<code>contact.email</code>" in page
    assert "find <code>name.legal</code> in clear text" in page
    assert '<strong class="upheld-good">Kept</strong>' in page


@pytest.mark.parametrize(
    "path",
    [
        "/privacy/promise/no-such-sentence/",
        "/privacy/versions/yesterday/",
        "/privacy/versions/1999-01-01/",
        "/.well-known/change-password",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_change_password_goes_where_the_project_says(client: Client) -> None:
    with override_settings(PASSWORD_CHANGE_URL="/password/"):
        answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password/")
