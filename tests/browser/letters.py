"""The mails that the demo wrote to files, read as a mail programme would."""

from __future__ import annotations

import email
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

_END = "-" * 79
WAIT_SECONDS = 20


@dataclass(frozen=True)
class Letter:
    """One mail: to whom, about what, its plain text."""

    to: str
    subject: str
    text: str

    def link(self, part: str) -> str:
        """Return the first address in the text that contains `part`."""
        found = [url for url in re.findall(r"https?://\S+", self.text) if part in url]
        assert found, self.text
        return str(found[0])


def letters(folder: Path, to: str) -> list[Letter]:
    """Every mail to `to`, in the order of sending."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
    return [letter for file in files for letter in _read(file) if letter.to == to]


def await_letter(folder: Path, to: str, subject: str, *, after: int = 0) -> Letter:
    """Return the newest mail to `to` whose subject contains `subject`, once there are more
    than `after` of them."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        came = [letter for letter in letters(folder, to) if subject in letter.subject]
        if len(came) > after:
            return came[-1]
        assert time.monotonic() < until, [one.subject for one in letters(folder, to)]
        time.sleep(0.2)


def _read(file: Path) -> list[Letter]:
    found = []
    for source in file.read_text().split(f"\n{_END}\n"):
        if not source.strip():
            continue
        message = cast(EmailMessage, email.message_from_string(source.lstrip(), policy=default))
        body = message.get_body(("plain",))
        assert body is not None
        found.append(Letter(str(message["To"]), str(message["Subject"]), body.get_content()))
    return found
