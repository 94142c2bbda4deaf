"""A returned mail as facts: which mail of ours it speaks of, and what it says.

Nothing here raises, whatever the mail looks like. The mail is known by its return path alone,
which nobody but us can make: addresses in a report are not believed, since anybody can write a
report about anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Literal

from upheld.mail.returning import HEADER, mark_in

What = Literal["hard", "soft", "complaint", "delivered", "other"]
MOST_PARTS = 30
_HARD = re.compile(r"\b5\.(?:1\.[0-36]|1\.10|2\.1|4\.4|7\.13)\b")
"""Nobody is there: bad address, bad host, disabled mailbox. Other `5.x.x` may mend."""
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


@dataclass(frozen=True, slots=True)
class Returned:
    """`mark` is that of the mail it is about, empty when it is about none of ours."""

    what: What
    mark: str
    status: str = ""


def read(raw: bytes) -> Returned:
    """Read one mail from the mailbox of bounces."""
    message = message_from_bytes(raw, policy=policy.compat32)
    mark = _mark(message)
    kind = message.get_content_type()
    report = str(message.get_param("report-type", "") or "").lower()
    if kind == "multipart/report" and report == "feedback-report":
        return Returned(_complaint(message), mark)
    if kind == "multipart/report" and report == "delivery-status":
        return _delivery(message, mark)
    return Returned("other", mark)


def _mark(message: Message[Any, Any]) -> str:
    """The mark of the mail: where the report was sent to, else in the copy that it carries.

    A complaint comes to an address of the house's own, so its mark stands in the copy.
    """
    for name in _ADDRESSED:
        for value in message.get_all(name) or []:
            found = mark_in(str(value))
            if found:
                return found
    for part in _leaves(message):
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = mark_in(_head_of(part))
            if found:
                return found
        if part.get_content_type() == "message/feedback-report":
            found = mark_in(_text(part))
            if found:
                return found
    return ""


def _complaint(message: Message[Any, Any]) -> What:
    for part in _leaves(message):
        if part.get_content_type() == "message/feedback-report":
            said = re.search(r"(?im)^feedback-type:\s*([\w-]+)", _text(part))
            word = said[1].lower() if said else ""
            return "complaint" if word in ("abuse", "fraud", "opt-out") else "other"
    return "other"


def _delivery(message: Message[Any, Any], mark: str) -> Returned:
    """The worst that the report says of a recipient; there is one in each of our mails."""
    for part in _leaves(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        text = _text(part)
        action = re.search(r"(?im)^action:\s*(\w+)", text)
        status = re.search(r"(?im)^status:\s*([245]\.\d{1,3}\.\d{1,3})", text)
        code = status[1] if status else ""
        word = action[1].lower() if action else ""
        if word == "delayed" or code.startswith("4"):
            return Returned("soft", mark, code)
        if word == "failed":
            hard = bool(_HARD.search(code)) or _says_nobody(text)
            return Returned("hard" if hard else "soft", mark, code)
        if word in ("delivered", "relayed", "expanded"):
            return Returned("delivered", mark, code)
    return Returned("other", mark)


def _says_nobody(text: str) -> bool:
    """Whether the answer of the server says that nobody is there, under a vague status."""
    said = re.search(r"(?ims)^diagnostic-code:\s*(.*?)(?:^\S|\Z)", text)
    return bool(said and _HARD.search(said[1]))


def _leaves(message: Message[Any, Any]) -> Iterator[Message[Any, Any]]:
    """Parts of the report; a mail inside it is one leaf."""
    waiting: list[Message[Any, Any]] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [each for each in payload if isinstance(each, Message)]
        else:
            yield part


def _text(part: Message[Any, Any]) -> str:
    """What stands in a part; blocks of a delivery status follow one another."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return "\n".join(str(each) for each in payload[:MOST_PARTS])
    decoded = part.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""


def _head_of(part: Message[Any, Any]) -> str:
    """Where the copied mail says that answers to its transport go."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        inner = payload[0]
    else:
        inner = message_from_bytes(_text(part).encode("utf-8", "replace"), policy=policy.compat32)
    return " ".join(str(v) for v in (*inner.get_all("Return-Path", []), *inner.get_all(HEADER, [])))
