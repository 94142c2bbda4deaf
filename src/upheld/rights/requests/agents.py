"""Authorised agents: who may ask for others, with a key and a mandate.

An agent's key says which agent it is and nothing about the person: a mandate (a signed paper)
comes with each request, and the person confirms by a code to the address on file or by their
document, as the site asks of everybody.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from upheld.errors import RightsError
from upheld.rights.identity.documents import receive
from upheld.rights.requests.matching import candidates
from upheld.rights.requests.models import Agent, RightsRequest
from upheld.rights.requests.opening import Asked, Opened, open_request
from upheld.rights.requests.tallies import count

EXERCISES = {
    "access": "access",
    "access:categories": "access",
    "access:specific": "copy",
    "copy": "copy",
    "deletion": "deletion",
    "correction": "correction",
    "portability": "portability",
    "restriction": "restriction",
    "objection": "objection",
    "complaint": "complaint",
}
"""What an agent may exercise, in the protocol's words and in ours -> kind of request."""
MOST_AN_HOUR = 60
LONGEST_ID = 100


class AgentRefused(RightsError):
    """The agent's call is refused. `status` is the HTTP status, `field` what was wrong."""

    code = "rights.agent_refused"

    def __init__(self, message: str, *, status: int, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint, status=status, field=field)
        self.status = status
        self.field = field


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an agent, checked."""

    exercise: str
    agent_request: str
    email: str
    name: str
    words: str
    mandate: bytes


def enrol(id: str, name: str, using: str = DEFAULT_DB_ALIAS) -> str:
    """Make an agent, or give a known one a new key; returns the key, which is kept nowhere."""
    key = f"upheld-agent-{secrets.token_urlsafe(32)}"
    Agent.objects.using(using).update_or_create(
        pk=id,
        defaults={"name": name, "key_digest": _digest(key), "active": True},
        create_defaults={
            "name": name,
            "key_digest": _digest(key),
            "created_at": timezone.now(),
        },
    )
    return key


def dismiss(id: str, using: str = DEFAULT_DB_ALIAS) -> bool:
    """End an agent's key; what it opened goes on. False = there is no such agent."""
    return bool(Agent.objects.using(using).filter(pk=id).update(active=False))


def agent_of(header: str, using: str = DEFAULT_DB_ALIAS) -> Agent:
    """The agent behind an `Authorization` header, counted. Raises `AgentRefused`, `TooOften`.

    A key is random, so its digest finds it; nobody gains by timing the look-up.
    """
    scheme, _, key = header.partition(" ")
    found = Agent.objects.using(using).filter(key_digest=_digest(key.strip()), active=True).first()
    if scheme.lower() != "bearer" or found is None:
        raise AgentRefused(
            "no agent has this key",
            status=401,
            hint="send `Authorization: Bearer <key>` with the key that the site gave you",
        )
    count(f"agent {found.pk}", most=MOST_AN_HOUR, using=using)
    return found


def read_call(body: Mapping[str, Any]) -> Call:
    """Check the body of a call. Raises `AgentRefused` naming the field."""
    exercise = _text(body, "exercise")
    if exercise not in EXERCISES:
        raise AgentRefused(
            f"`{exercise[:40]}` cannot be exercised",
            status=422, field="exercise", hint=f"one of: {', '.join(EXERCISES)}",
        )  # fmt: skip
    email = _text(body, "email")
    if "@" not in email:
        raise AgentRefused("`email` is no address", status=422, field="email")
    mandate = _text(body, "mandate", longest=20_000_000)
    try:
        paper = base64.b64decode(mandate, validate=True)
    except (binascii.Error, ValueError):
        raise AgentRefused("`mandate` is no base64", status=422, field="mandate") from None
    return Call(
        exercise=exercise,
        agent_request=_text(body, "agent-request-id", longest=LONGEST_ID),
        email=email,
        name=_text(body, "name", required=False),
        words=_text(body, "details", required=False, longest=4000),
        mandate=paper,
    )


def ask(agent: Agent, call: Call, *, using: str = DEFAULT_DB_ALIAS) -> Opened:
    """Open the request of an agent with its mandate, or find it again.

    Raises `ProofRefused` for a mandate that cannot be read; nothing is opened then.
    """
    known = candidates(call.email, using=using)
    with transaction.atomic(using=using):
        opened = open_request(
            Asked(
                kind=EXERCISES[call.exercise],
                channel="agent",
                key=call.agent_request,
                subject=known[0] if len(known) == 1 else None,
                words="\n".join(filter(None, (call.name, call.words))),
                # The person is written to at the address on file, never at one that the
                # agent names; without a match there is nobody to write to but the agent.
                contact="" if known else call.email,
                agent=agent,
                agent_request=call.agent_request,
            ),
            using=using,
        )
        if opened.created:
            receive(opened.request, call.mandate, role="mandate", using=using)
    return opened


def asked_by(agent: Agent, id: Any, using: str = DEFAULT_DB_ALIAS) -> RightsRequest:
    """A request of this agent. Raises `AgentRefused`: 404 unknown, 403 somebody else's."""
    row = RightsRequest.objects.using(using).filter(pk=id).first()
    if row is None:
        raise AgentRefused(f"there is no request `{id}`", status=404)
    if row.agent_id != agent.pk:
        raise AgentRefused(f"request `{id}` was not made by `{agent.pk}`", status=403)
    return row


def _text(body: Mapping[str, Any], name: str, *, required: bool = True, longest: int = 400) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise AgentRefused(
            f"`{name}` is no text of at most {longest} characters", status=422, field=name
        )
    if required and not value.strip():
        raise AgentRefused(f"`{name}` is missing", status=422, field=name)
    return value.strip().replace("\x00", "")


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
