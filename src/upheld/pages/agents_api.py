"""The API of authorised agents: open, follow and revoke a request. See docs/requests.md.

Names and states follow the Data Rights Protocol 0.9.4; its signed envelopes are not used, the
agent is known by its key alone.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.agents import AgentRefused, agent_of, ask, asked_by, read_call
from upheld.rights.requests.deciding import revoke
from upheld.rights.requests.links import page_of
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.states import NEED_PROOF, WrongMove
from upheld.rights.requests.tallies import TooOften
from upheld.rights.requests.told import status


@csrf_exempt  # an agent has a key and no cookie
@require_http_methods(["POST"])
def collection(request: HttpRequest) -> JsonResponse:
    """`POST`: open a request, 201; the same `agent-request-id` again gives it again, 200."""
    try:
        agent = agent_of(request.headers.get("Authorization", ""))
        opened = ask(agent, read_call(_body(request)))
        return _answer(opened.request, 201 if opened.created else 200)
    except (AgentRefused, TooOften, ProofRefused) as error:
        return _refusal(error)


@csrf_exempt  # as above
@require_http_methods(["GET", "DELETE"])
def one(request: HttpRequest, id: UUID) -> JsonResponse:
    """`GET`: how it stands. `DELETE`: take it back."""
    try:
        row = asked_by(agent_of(request.headers.get("Authorization", "")), id)
        if request.method == "DELETE":
            row = revoke(row)
        return _answer(row, 200)
    except WrongMove as error:
        return _problem(409, error.message, error.hint)
    except (AgentRefused, TooOften, ProofRefused) as error:
        return _refusal(error)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise AgentRefused("the body is no JSON", status=400) from None
    if not isinstance(found, dict):
        raise AgentRefused("the body is no JSON object", status=400)
    return found


def _answer(row: RightsRequest, code: int) -> JsonResponse:
    told = status(row)
    if row.reason == NEED_PROOF:
        told["user_verification_url"] = page_of(row)
    return _plain(told, code)


def _refusal(error: AgentRefused | TooOften | ProofRefused) -> JsonResponse:
    if isinstance(error, TooOften):
        answer = _problem(429, error.message, error.hint)
        answer["Retry-After"] = str(error.data["seconds"])
        return answer
    if isinstance(error, ProofRefused):
        return _problem(422, error.words, error.hint, "mandate")
    answer = _problem(error.status, error.message, error.hint, error.field)
    if error.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="requests"'
    return answer


def _problem(code: int, message: str, hint: str = "", field: str = "") -> JsonResponse:
    told = {"error": message, "hint": hint, "field": field}
    return _plain({name: words for name, words in told.items() if words}, code)


def _plain(told: dict[str, Any], code: int) -> JsonResponse:
    answer = JsonResponse(told, status=code)
    answer["Cache-Control"] = "no-store"
    return answer
