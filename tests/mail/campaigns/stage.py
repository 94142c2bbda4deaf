"""What the tests of campaigns and surveys stand on: rules with classes of mail, and people."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from typing import Any
from unittest import mock

from django.contrib.auth.models import User

from tests.project.clinic.models import Patient
from upheld import consent
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.mail.campaigns import sending, states
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.prepared import Prepared
from upheld.policy.types import Category, Grant, MailRule, Policy, Purpose, Recipient

ENGINE = Actor("system", "system:test")
ARLO = Actor("staff", "member:901", frozenset({"marketing"}))
BEA = Actor("staff", "member:902", frozenset({"marketing"}))
OTIS = Actor("staff", "member:903", frozenset({"dispatch"}))
NEWS, ASKING = "weekly_bundle_mail", "survey_mail"


def policy_with(**more: Any) -> Policy:
    """The project's policy with topics, classes of mail, an affiliate and a partner."""
    now = active().policy
    mailing = Grant(read=("contact.email", "name.legal", "taste.colour"), rows="consented")
    changed = {
        "data": now.data | {"belief": Category("belief", "special")},
        "purposes": now.purposes
        | {
            NEWS: replace(now.purposes[NEWS], may=mailing, topics=("bundles", "fairs")),
            ASKING: Purpose(
                ASKING, "consent", may=Grant(read=("contact.email",), rows="consented"),
                default="out", posts=("marketing",), channel="mail",
            ),
            "partner_mail": Purpose(
                "partner_mail", "consent", may=Grant(read=("contact.email",), rows="consented"),
                default="out", posts=("marketing",), channel="mail",
            ),
        },
        "recipients": now.recipients
        | {
            "sister": Recipient("sister", (NEWS,), (), name="Aldgrove Books", same_notice=True),
            "brewery": Recipient("brewery", ("partner_mail",), (), "Old Well", minimum_group=3),
        },
        "mail": {
            "marketing": MailRule("marketing", "one_click", kind="marketing"),
            "partner": MailRule("partner", "one_click", kind="partner", approvals=1),
            "survey": MailRule("survey", "one_click", kind="survey"),
        },
    }  # fmt: skip
    return replace(now, **(changed | more))


def person(name: str, *, agrees: tuple[str, ...] = (NEWS,), **more: Any) -> str:
    """Make somebody with an account; return the reference."""
    email = more.pop("email", f"{name.lower()}@post.example")
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(username=name, email=email, first_name=name, **more)
    subject = f"member:{user.pk}"
    for word in agrees:
        answers(subject, word, True)
    return subject


def likes(subject: str, colour: str) -> None:
    with purpose("rights", actor=ENGINE):
        Patient.objects.create(user_id=int(subject.partition(":")[2]), name="-", colour=colour)


def answers(subject: str, word: str, granted: bool, topic: str = "") -> None:
    with purpose("own", subject=subject):
        consent.record(
            subject, word, granted, topic=topic, wording="Yes?", version="1", place="test",
            method="test",
        )  # fmt: skip


def draft(**more: Any) -> Campaign:
    """A campaign of the marketing desk about bundles."""
    given: dict[str, Any] = {
        "title": "Two for one",
        "klass": "marketing",
        "purpose": NEWS,
        "topic": "bundles",
        "subject_line": "Two for one",
        "body": "Hello {name},\n\n[see them](https://aldgrove.example/bundles/).",
        "segment": {"name": "Everybody", "all": []},
    }
    with purpose(None, actor=ARLO):
        return states.make(**(given | more))


def started(**more: Any) -> Campaign:
    campaign = draft(**more)
    with purpose(None, actor=ARLO):
        states.start(campaign)
    return campaign


@dataclass
class Post:
    """A mail server in memory. `before` is called with each mail before it is taken."""

    taken: list[tuple[str, Message]] = field(default_factory=list)
    before: Callable[[str], None] = lambda recipient: None

    def hand(self, mail: Prepared) -> None:
        self.before(mail.recipient)
        self.taken.append((mail.recipient, message_from_bytes(mail)))

    @property
    def to(self) -> list[str]:
        return sorted(recipient for recipient, _ in self.taken)

    def answers(self, recipient: str, error: Exception) -> None:
        """Let the server answer mails to `recipient` with `error`."""

        def refuse(to: str) -> None:
            if to == recipient:
                raise error

        self.before = refuse


@contextmanager
def post_office() -> Iterator[Post]:
    """Let campaigns hand their mails to a server in memory."""
    post = Post()

    @contextmanager
    def transport() -> Iterator[Post]:
        yield post

    with mock.patch("upheld.mail.campaigns.post.transport", transport):
        yield post


def send(campaign: Campaign, **more: Any) -> dict[str, int]:
    return dict(sending.send(campaign, patience=0, **more))


def found(campaign: Campaign) -> dict[str, str]:
    """Whose mail is in which state."""
    rows = CampaignMail.objects.filter(campaign=campaign)
    return {row.subject: f"{row.state} {row.reason}".strip() for row in rows}


LATER = smtplib.SMTPDataError(451, b"try later")
NEVER = smtplib.SMTPDataError(554, b"no")
