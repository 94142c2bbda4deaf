"""A person's requests as they may be told of them: in their copy, to an agent, on a page."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.sealed import opened


def about(subject: str, using: str = DEFAULT_DB_ALIAS) -> list[dict[str, Any]]:
    """Return every request about `subject`, the oldest first, ready for JSON."""
    rows = RightsRequest.objects.using(using).filter(subject=subject).order_by("received_at")
    return [
        {
            **status(row),
            "kind": row.kind,
            "channel": row.channel,
            "your_words": opened(row.words, using),
            "our_answer": opened(row.answer, using),
            "steps": [
                {"at": event.at.isoformat(timespec="seconds"), "step": event.step}
                for event in row.events.using(using).all()
            ],
        }
        for row in rows
    ]


def status(row: RightsRequest) -> dict[str, Any]:
    """Return the status of one request in the words of the Data Rights Protocol."""
    found: dict[str, Any] = {
        "request_id": str(row.pk),
        "status": row.state,
        "received_at": row.received_at.isoformat(timespec="seconds"),
    }
    by = row.next_by or row.promised_by or row.lawful_by
    if by is not None:
        found["expected_by"] = by.isoformat()
    if row.reason:
        found["reason"] = row.reason
    if row.expires_at is not None:
        found["expires_at"] = row.expires_at.isoformat(timespec="seconds")
    if row.agent_request:
        found["agent_request_id"] = row.agent_request
    return found
