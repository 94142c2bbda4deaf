"""Sample mails to the three mailboxes, taken in as if they had come by IMAP."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from random import Random

import yaml
from django.conf import settings

from sites.appliance_shop.samples.people import Person

TEXTS = Path(__file__).with_suffix(".yaml")


def make_letters(chance: Random, people: list[Person], now: datetime) -> int:
    """Let some people write to the mailboxes; return how many letters came."""
    if not settings.GUARD:  # without the engine there are no cases
        return 0
    from upheld.cases.intake import take
    from upheld.cases.mailboxes import mailbox_named

    count = 0
    for id, letters in yaml.safe_load(TEXTS.read_text(encoding="utf-8")).items():
        box = mailbox_named(id)
        writers = chance.sample(people, min(len(letters), len(people)))
        for number, (person, letter) in enumerate(zip(writers, letters, strict=False), start=1):
            name = f"{person.first} {person.last}"
            mail = EmailMessage()
            mail["From"] = f"{name} <{person.email}>"
            mail["To"], mail["Subject"] = box.address, letter["topic"]
            mail["Message-ID"] = f"<sample-{id}-{number}@post.example>"
            sent = now - timedelta(days=chance.randint(0, 5), hours=chance.randint(0, 20))
            mail["Date"] = format_datetime(sent)
            mail.set_content(f"{letter['body']}\n{name}")
            take(box, mail.as_bytes(), f"1:{number}")
            count += 1
    return count
