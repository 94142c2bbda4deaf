"""Requests that come as letters to a mailbox: what the room of cases calls for each mail.

A letter opens a request when its words name one plainly; everything else is ordinary mail. The
sender's address proves nothing, it only proposes whose data are meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from upheld.rights.identity.documents import receive
from upheld.rights.identity.refusals import ProofRefused
from upheld.rights.requests.matching import candidates
from upheld.rights.requests.models import RightsRequest
from upheld.rights.requests.opening import Asked, open_request
from upheld.rights.requests.tallies import TooOften

_MINE = r"(?:my|all|the|our)\s+(?:\w+\s+){0,3}?"
_KINDS: tuple[tuple[str, str], ...] = (
    ("complaint", r"\bcomplaint\b|\bI\s+(?:want|wish|would like)\s+to\s+complain\b"),
    ("restriction", r"\brestrict\w*\b.{0,60}\b(?:data|processing|use)\b"),
    ("objection", r"\bobject(?:ion|ing)?\b.{0,60}\b(?:data|processing|use|profil\w+)\b"),
    ("consent_withdrawal", r"\b(?:withdraw|revoke|take back)\b.{0,40}\bconsent\b"),
    (
        "deletion",
        rf"\b(?:delet\w+|eras\w+|remov\w+|clos(?:e|ing|ure))\b.{{0,40}}\b(?:{_MINE}"
        r"(?:account|data|profile|information|details)|of my (?:account|data))\b"
        r"|\bright to be forgotten\b|\baccount deletion\b|\bdata deletion\b",
    ),
    (
        "correction",
        rf"\b(?:correct|rectif\w+|amend|fix|update)\b.{{0,40}}\b{_MINE}"
        r"(?:data|name|address|details|information|record\w*|phone|birth\w*)\b",
    ),
    ("portability", r"\bdata portability\b|\bport(?:able)? (?:copy|format) of my data\b"),
    (
        "copy",
        rf"\bcop(?:y|ies)\s+of\b.{{0,40}}\b{_MINE}(?:data|information|details|file)\b"
        r"|\bsubject access request\b|\bdata access request\b",
    ),
    ("access", r"\bwhat\b.{0,40}\b(?:data|information)\b.{0,60}\babout me\b"),
)
"""Kind -> how people ask for it in English, the narrower kinds first."""
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_PATTERNS = tuple((kind, re.compile(text, re.IGNORECASE | re.DOTALL)) for kind, text in _KINDS)
LONGEST_READ = 10_000


@dataclass(frozen=True, slots=True)
class FromMail:
    """What became of a letter. `not_taken` are words for the sender about each attachment
    that was not taken; the request runs all the same."""

    request: RightsRequest
    created: bool
    not_taken: tuple[str, ...] = ()


def kind_in(title: str, body: str) -> str:
    """The kind of request that a letter asks for; empty when it names none plainly."""
    text = f"{title}\n{_QUOTED.sub('', body)}"[:LONGEST_READ]
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "")


def open_from_mail(
    *,
    message_id: str,
    sender: str,
    title: str,
    body: str,
    received_at: datetime,
    attachments: Sequence[bytes] = (),
    kind: str = "",
    wall: str = "",
    using: str = DEFAULT_DB_ALIAS,
) -> FromMail | None:
    """Open a request from a letter; None when the letter asks for nothing of the kind.

    `message_id` makes it idempotent: the same letter twice is one request. `sender` is the
    plain address to answer to, `title` and `body` are text, `attachments` are the decoded
    files (taken as identity documents where they can be; the caller keeps no copy of them).
    `received_at` must be aware: it starts the clock. `kind` overrides what the words say (a
    member of staff chose it). `wall` keeps the search for the person behind the mailbox's wall.
    Any purpose may be in force; nothing of the site's data is returned.
    """
    asked = kind or kind_in(title, body)
    if not asked:
        return None
    known = candidates(sender, wall=wall, using=using)
    opened = open_request(
        Asked(
            kind=asked,
            channel="mail",
            key=message_id,
            # Two people or two accounts behind one address: the privacy post chooses.
            subject=known[0] if len(known) == 1 else None,
            words=f"{title}\n\n{body}" if title else body,
            contact=sender,
            received_at=received_at,
        ),
        using=using,
    )
    refused: list[str] = []
    for number, content in enumerate(attachments, start=1):
        try:
            receive(opened.request, content, using=using)
        except (ProofRefused, TooOften) as error:
            words = error.words if isinstance(error, ProofRefused) else str(error)
            refused.append(f"Attachment {number}: {words}")
    return FromMail(opened.request, opened.created, tuple(refused))
