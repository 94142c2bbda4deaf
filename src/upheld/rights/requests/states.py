"""The states of a request and every way from one to another.

States and reasons are those of the Data Rights Protocol 0.9.4, section 3.02; `paused` is none:
the clock stands still, the state stays. What this table does not name cannot happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from upheld.errors import RightsError

State = Literal["open", "in_progress", "fulfilled", "denied", "revoked", "expired"]
Step = Literal[
    "acknowledge", "ask_proof", "verify", "pause", "resume", "match", "fulfil", "deny",
    "revoke", "expire", "collect", "note",
]  # fmt: skip

OPEN: State = "open"
IN_PROGRESS: State = "in_progress"
FULFILLED: State = "fulfilled"
DENIED: State = "denied"
REVOKED: State = "revoked"
EXPIRED: State = "expired"
RUNNING: tuple[State, ...] = (OPEN, IN_PROGRESS)
FINAL: tuple[State, ...] = (FULFILLED, DENIED, REVOKED, EXPIRED)

NEED_PROOF = "need_user_verification"
GROUNDS: dict[str, str] = {
    "suspected_fraud": "we believe that somebody else made it",
    "insuf_verification": "we could not make sure that you are the person it is about",
    "no_match": "we hold nothing that we could match to you",
    "claim_not_covered": "the data or the step that you ask for is not covered by the law",
    "outside_jurisdiction": "the law that you name does not apply to you or to us",
    "too_many_requests": "you asked for the same thing only a short time ago",
    "other": "another reason, which we explain below",
}
"""Grounds for a denial, each in words for the person."""

KINDS: dict[str, str] = {
    "access": "See what you hold about me",
    "copy": "Send me a copy of my data",
    "correction": "Correct my data",
    "deletion": "Delete my account and my data",
    "restriction": "Stop using my data for now",
    "objection": "I object to a use of my data",
    "portability": "Give me my data to take elsewhere",
    "consent_withdrawal": "I take back my consent",
    "complaint": "I want to complain",
}
"""Every kind of request, in the words of the person who makes it."""
SINGLE_KINDS: tuple[str, ...] = ("access", "copy", "deletion", "portability", "restriction")
"""Kinds that a person needs only one of at a time."""
COPIES = ("access", "copy", "portability")
"""Kinds that end with a file to fetch."""


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `before` by `step` to `after`; `reason` is what then stands beside it."""

    step: Step
    before: tuple[State, ...]
    after: State | None
    """None = the state stays."""
    proved: bool | None = None
    """Whether identity must (True) or must not (False) have been shown; None = either."""


MOVES: dict[Step, Move] = {
    move.step: move
    for move in (
        Move("acknowledge", (OPEN,), IN_PROGRESS),
        Move("ask_proof", (OPEN, IN_PROGRESS), IN_PROGRESS, proved=False),
        Move("match", RUNNING, None, proved=False),
        Move("verify", (IN_PROGRESS,), IN_PROGRESS, proved=False),
        Move("pause", (IN_PROGRESS,), None),
        Move("resume", (IN_PROGRESS,), None),
        Move("fulfil", (IN_PROGRESS,), FULFILLED, proved=True),
        Move("deny", RUNNING, DENIED),
        Move("revoke", RUNNING, REVOKED),
        Move("expire", (IN_PROGRESS,), EXPIRED, proved=False),
        Move("collect", (FULFILLED,), None, proved=True),
        Move("note", (*RUNNING, *FINAL), None),
    )
}


class WrongMove(RightsError):
    """The request is not where this step starts from: it was moved by somebody else, or the
    step makes no sense. Nothing was changed."""

    code = "rights.wrong_move"


def moved(step: Step, state: str, *, proved: bool) -> State:
    """Return the state after `step`. Raises `WrongMove`."""
    move = MOVES[step]
    if state not in move.before:
        raise WrongMove(
            f"a request that is `{state}` cannot take the step `{step}`",
            hint="look at the request again: somebody may have moved it",
            state=state,
            step=step,
        )
    if move.proved is not None and move.proved is not proved:
        raise WrongMove(
            f"the step `{step}` needs a request whose identity "
            f"{'is' if move.proved else 'is not yet'} confirmed",
            hint="confirm who asks first" if move.proved else "it was confirmed already",
            state=state,
            step=step,
        )
    return move.after or state
