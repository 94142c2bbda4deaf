"""What goes along with a business transfer besides the data: what people asked for and is not
answered yet, and what they said to questions of consent. Whoever takes over owes both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from upheld.consent.models import ConsentState, TopicState
from upheld.disclosure.releases import enclose
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import RUNNING

Line = tuple[str, str, Mapping[str, Any]]


def registered() -> None:
    """Enclose both in every transfer from now on."""
    enclose(open_requests)
    enclose(consents)


def open_requests(using: str) -> Iterator[Line]:
    """Requests that are not decided: of whom, what, since when, by when; never what was
    written or shown."""
    rows = RightsRequest.objects.using(using).filter(state__in=RUNNING).exclude(subject=None)
    for row in rows.order_by("received_at").iterator():
        if row.subject:
            yield (
                "requests.jsonl",
                row.subject,
                {
                    "kind": row.kind,
                    "state": row.state,
                    "about": row.about,
                    "received_at": row.received_at.isoformat(timespec="seconds"),
                    "due": row.next_by.isoformat() if row.next_by else None,
                },
            )


def consents(using: str) -> Iterator[Line]:
    """Answers in force, a no as well as a yes."""
    states = ConsentState.objects.using(using).filter(standing=ConsentState.SAID)
    for state in states.order_by("subject", "purpose").iterator():
        yield "consents.jsonl", state.subject, _answer(state.purpose, "", state)
    for topic in TopicState.objects.using(using).order_by("subject", "purpose", "topic").iterator():
        yield "consents.jsonl", topic.subject, _answer(topic.purpose, topic.topic, topic)


def _answer(purpose: str, topic: str, state: ConsentState | TopicState) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "topic": topic,
        "granted": state.granted,
        "since": state.since.isoformat(timespec="seconds"),
    }
