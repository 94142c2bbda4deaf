"""A raw mail as a letter: who, what, when, with files; whatever the mail looks like.

Nothing here raises for a bad mail: what cannot be read is said in the letter's own text, so
that a malformed mail stops neither its sender nor the mailbox.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

import nh3

MOST_PARTS = 60
"""Parts of one mail that are looked at; the rest is named as left out."""
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_BODY = 200_000
"""Characters of text that are kept."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_REPLY = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.I)
_BULK = {"bulk", "junk", "list", "auto_reply"}


@dataclass(frozen=True, slots=True)
class File:
    """One attachment, decoded. `data` is empty when it was too large to take."""

    name: str
    media: str
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as read. `sender` is empty when no address can be read; `answerable` says
    whether an automatic reply may go out (RFC 3834)."""

    id: str
    sender: str
    name: str
    topic: str
    body: str
    at: datetime
    refers: tuple[str, ...]
    files: tuple[File, ...]
    answerable: bool


def read(raw: bytes, *, now: datetime | None = None) -> Letter:
    """Read one mail."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes no other"
    name, sender = parseaddr(_header(message, "From"))
    body, files = _content(message)
    return Letter(
        id=_header(message, "Message-ID") or f"<{hashlib.sha256(raw).hexdigest()}@no-id>",
        sender=sender if re.fullmatch(r"[^@\s]+@[^@\s]+", sender) else "",
        name=name[:120],
        topic=_header(message, "Subject")[:200],
        body=body[:LONGEST_BODY],
        at=_when(message) or now or datetime.now(UTC),
        refers=tuple(
            re.findall(
                r"<[^<>\s]+>", f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}"
            )
        ),
        files=files,
        answerable=bool(sender) and _answerable(message, sender),
    )


def _header(message: EmailMessage, name: str) -> str:
    """One header as a single plain line: no folded line, no control character survives."""
    try:
        text = str(message.get(name, ""))
    except Exception:  # the header parser of Python fails in many ways on hostile input
        return ""
    return _CONTROL.sub(" ", text.replace("\n", " ")).strip()


def _when(message: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    # A date in the future, or before there was mail, is no date.
    return at if datetime(1990, 1, 1, tzinfo=UTC) < at <= datetime.now(UTC) else None


def _answerable(message: EmailMessage, sender: str) -> bool:
    automatic = _header(message, "Auto-Submitted").lower()
    return not (
        (automatic and not automatic.startswith("no"))
        or _header(message, "Precedence").lower() in _BULK
        or message.get("List-Id")
        or message.get("List-Unsubscribe")
        or message.get("X-Auto-Response-Suppress")
        or _header(message, "Return-Path") == "<>"
        or _NO_REPLY.match(sender)
    )


def _content(message: EmailMessage) -> tuple[str, tuple[File, ...]]:
    plain: list[str] = []
    marked: list[str] = []
    files: list[File] = []
    for number, part in enumerate(_parts(message)):
        if number >= MOST_PARTS:
            plain.append("(The mail has more parts; they were left out.)")
            break
        media = part.get_content_type()
        named = _filename(part)
        if media in ("text/plain", "text/html") and not named:
            (plain if media == "text/plain" else marked).append(_text(part))
        else:
            files.append(_file(part, named, media))
    body = "\n\n".join(filter(None, plain)) or "\n\n".join(_unmarked(text) for text in marked)
    return body.strip(), tuple(files)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Leaves of the mail; a mail inside the mail is one leaf."""
    waiting: list[EmailMessage] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = [each for each in part.iter_parts() if isinstance(each, EmailMessage)]
        else:
            yield part


def _filename(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # as above
        name = "unreadable"
    if not name and part.get_content_disposition() == "attachment":
        name = "unnamed"
    # The last step of a path only, and nothing that a shell or a header would read.
    return re.sub(r"[^\w. ()-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1])[:150]


def _text(part: EmailMessage) -> str:
    try:
        text = part.get_content()
    except (LookupError, ValueError, UnicodeError, KeyError):
        data = part.get_payload(decode=True)
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    return _CONTROL.sub("", str(text).replace("\r\n", "\n"))


def _unmarked(text: str) -> str:
    """HTML as plain text: nothing of it is ever shown as HTML."""
    broken = re.sub(r"(?i)<(br|/p|/div|/tr|/li)[^>]*>", "\n", text)
    return html.unescape(nh3.clean(broken, tags=set(), clean_content_tags={"script", "style"}))


def _file(part: EmailMessage, name: str, media: str) -> File:
    if part.is_multipart():  # a mail in the mail
        data = part.as_bytes()
    else:
        decoded = part.get_payload(decode=True)
        data = decoded if isinstance(decoded, bytes) else b""
    kept = data if len(data) <= LARGEST_FILE else b""
    return File(name or "unnamed", media[:100], kept, len(data))
