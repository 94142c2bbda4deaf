"""The API of authorised agents: keys, mandates, limits, and answers that a program reads."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.rights.conftest import Person, make_person
from tests.rights.identity.conftest import picture
from tests.rights.requests.conftest import letters, richer
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.journal import fresh_buffer
from upheld.rights.requests import agents
from upheld.rights.requests.models import Agent, RightsRequest

PATH = "/privacy/api/v1/data-rights-request/"


@pytest.fixture(autouse=True)
def _governed(db: None) -> Iterator[None]:
    with (
        fresh_buffer(),
        override_settings(ROOT_URLCONF="tests.pages.site"),
        governed_by(policy=richer(active().policy)),
    ):
        yield


@pytest.fixture
def key() -> str:
    return agents.enrol("consumer-help", "Consumer Help")


@pytest.fixture
def ann(db: None) -> Person:
    return make_person("Ann")


def call(key: str, **changed: Any) -> Any:
    body = {
        "agent-request-id": "ch-1",
        "exercise": "deletion",
        "email": "ann@post.example",
        "mandate": base64.b64encode(picture()).decode(),
        **changed,
    }
    return Client().post(
        PATH,
        json.dumps({name: value for name, value in body.items() if value is not None}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_a_request_is_opened_once_and_the_person_confirms_it(key: str, ann: Person) -> None:
    answer = call(key)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["status"], told["reason"]) == ("in_progress", "need_user_verification")
    assert told["agent_request_id"] == "ch-1"
    assert set(told) == {
        "request_id", "status", "reason", "received_at", "expected_by", "expires_at",
        "agent_request_id", "user_verification_url",
    }  # fmt: skip
    again = call(key)
    assert (again.status_code, again.json()["request_id"]) == (200, told["request_id"])
    row = RightsRequest.objects.get()
    assert (row.subject, row.verified_at, row.agent_id) == (ann.subject, None, "consumer-help")
    assert row.documents.get().role == "mandate"
    # The person is told at the address that the site has on file.
    assert [to for to, _ in letters()] == ["ann@post.example"]


def test_the_answer_does_not_tell_whether_there_is_an_account(key: str, ann: Person) -> None:
    known, unknown = (
        call(key).json(),
        call(key, email="who@post.example", **{"agent-request-id": "2"}).json(),
    )
    assert set(known) == set(unknown)
    assert known["status"] == unknown["status"]


def test_an_agent_follows_and_revokes_its_own_alone(key: str, ann: Person) -> None:
    id = call(key).json()["request_id"]
    other = {"Authorization": f"Bearer {agents.enrol('other', 'Other')}"}
    mine = {"Authorization": f"Bearer {key}"}
    client = Client()
    assert client.get(f"{PATH}{id}/", headers=mine).json()["status"] == "in_progress"
    for method in (client.get, client.delete):
        assert method(f"{PATH}{id}/", headers=other).status_code == 403
    gone = client.delete(f"{PATH}{id}/", headers=mine)
    assert (gone.status_code, gone.json()["status"]) == (200, "revoked")
    assert client.delete(f"{PATH}{id}/", headers=mine).status_code == 409
    unknown = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"{PATH}{unknown}/", headers=mine).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer x", "Basic abc", "Bearer "])
def test_without_a_key_nothing_is_said(header: str) -> None:
    answer = Client().post(
        PATH, "{}", content_type="application/json", headers={"Authorization": header}
    )
    assert answer.status_code == 401
    assert answer.json()["error"] == "no agent has this key"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="requests"'


def test_a_dismissed_agent_is_nobody(key: str, ann: Person) -> None:
    assert agents.dismiss("consumer-help")
    assert call(key).status_code == 401


def test_the_key_itself_is_kept_nowhere(key: str) -> None:
    assert key not in str(Agent.objects.values_list())


@pytest.mark.parametrize(
    ("changed", "field", "error"),
    [
        ({"exercise": "sale:opt-out"}, "exercise", "`sale:opt-out` cannot be exercised"),
        ({"email": "ann"}, "email", "`email` is no address"),
        ({"mandate": None}, "mandate", "`mandate` is missing"),
        ({"mandate": "%%%"}, "mandate", "`mandate` is no base64"),
        ({"agent-request-id": None}, "agent-request-id", "`agent-request-id` is missing"),
        ({"agent-request-id": "x" * 101}, "agent-request-id",
         "`agent-request-id` is no text of at most 100 characters"),
        ({"email": ["a@b.example"]}, "email", "`email` is no text of at most 400 characters"),
        ({"mandate": base64.b64encode(b"MZ").decode()}, "mandate",
         "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    key: str, ann: Person, changed: dict[str, Any], field: str, error: str
) -> None:
    answer = call(key, **changed)
    assert (answer.status_code, answer.json()["field"], answer.json()["error"]) == (
        422,
        field,
        error,
    )
    assert not RightsRequest.objects.exists()


@pytest.mark.parametrize("body", ["", "[1]", "{", "[" * 100_000])
def test_what_is_no_json_object(key: str, body: str) -> None:
    answer = Client().post(
        PATH, body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 400


def test_sixty_calls_an_hour(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MOST_AN_HOUR", 2)
    assert [call(key, exercise="x").status_code for _ in range(3)] == [422, 422, 429]
    answer = call(key)
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
