"""One mail of a campaign composed once, and cast for each person.

Composing a mail (HTML tidied, footers, headers, MIME) takes longer than all else together, and
nothing of it differs between people but an address, two links, a Message-ID and the fields of
the text. So the mail room composes it once for a slice, for somebody who does not exist whose
every value is a mark, and the marks are replaced in the finished bytes. It is signed afterwards.
"""

from __future__ import annotations

import re
from binascii import a2b_qp, b2a_qp
from copy import copy
from email.header import Header
from html import escape

from django.core.mail import EmailMultiAlternatives
from django.db import DEFAULT_DB_ALIAS
from django.urls import NoReverseMatch

from upheld.mail import composing, deciding, links, returning, signing, troubles
from upheld.mail.campaigns import fields
from upheld.mail.campaigns.addresses import digest
from upheld.mail.campaigns.audience import Person
from upheld.mail.campaigns.letters import LINK, letter, message_id
from upheld.mail.campaigns.models import Campaign
from upheld.mail.facts import Facts
from upheld.mail.prepared import Prepared, Record
from upheld.mail.sending import prepare
from upheld.policy.mailkinds import kind_of
from upheld.policy.types import Policy

_MARK = "zq7f3k"
"""Begins every mark. The word is in no language and in no policy."""
_TO, _ID = f"{_MARK}to@{_MARK}.example", f"<{_MARK}id@{_MARK}.example>"
_STOP, _CHOICES = f"https://{_MARK}.example/stop", f"https://{_MARK}.example/all"
_SUBJECT = f"{_MARK}s"
# Not ASCII, so that the parts are made for letters of every script.
_IN_TEXT, _IN_HTML, _OWN = f"{_MARK}ñt", f"{_MARK}ñh", f"https://{_MARK}.example/own"
_LINE = f"\r\nSubject: {_SUBJECT}\r\n".encode()
_CODING = re.compile(rb"(?im)^content-transfer-encoding: *([a-z0-9-]+)")
_BOUNDARY = re.compile(rb'(?i)boundary="([^"]+)"')


class _Part:
    """One part of the mould: its headers, and its text as it reads before it is encoded."""

    def __init__(self, data: bytes) -> None:
        self.head, _, body = data.partition(b"\r\n\r\n")
        found = _CODING.search(self.head)
        coding = found[1].lower() if found else b"7bit"
        self.quoted = coding == b"quoted-printable"
        self.known = coding != b"base64"
        self.body = a2b_qp(body) if self.quoted else body

    def cast(self, said: dict[bytes, bytes]) -> bytes:
        body = self.body
        for mark, value in said.items():
            body = body.replace(mark, value)
        head = self.head
        if self.quoted or not body.isascii():
            body = b2a_qp(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
            head = _CODING.sub(b"Content-Transfer-Encoding: quoted-printable", head)
        return head + b"\r\n\r\n" + body


class Mould:
    """The mail of a campaign, ready for people. Made anew for each slice."""

    def __init__(self, campaign: Campaign, policy: Policy, using: str = DEFAULT_DB_ALIAS) -> None:
        self.campaign, self.policy, self.using = campaign, policy, using
        self.rule = deciding.class_of(campaign.klass)
        text = letter(campaign, policy)
        shared = fields.values(policy)
        try:
            self._stop = self._prefix(links.Link(_MARK, campaign.purpose, campaign.topic))
            self._choices = self._prefix(links.Link(_MARK))
        except NoReverseMatch:  # a project that does not show Upheld's pages
            self._stop = self._choices = ""
        marked = EmailMultiAlternatives(
            subject=_SUBJECT,
            body=fields.fill(text.text, shared | {fields.NAME: _IN_TEXT, LINK: _OWN}),
            from_email=text.sender,
            to=[_TO],
            headers={"Message-ID": _ID},
        )
        html = fields.fill(text.html, shared | {fields.NAME: _IN_HTML, LINK: _OWN}, html=True)
        marked.attach_alternative(html, "text/html")
        made = composing.compose(
            marked,
            self.rule,
            to=_TO,
            subject=f"{_MARK}:{_MARK}",
            purpose=campaign.purpose,
            topic=campaign.topic,
            facts=Facts(
                _TO,
                unsubscribe=_STOP if self._stop else "",
                choices=_CHOICES if self._choices else "",
            ),
            using=using,
            sign=False,
        )
        self._like, self._from = made.composed, made.sender
        self._letter = text
        data = bytes(made)
        boundary = _BOUNDARY.search(data)
        assert boundary is not None  # a mail of two parts
        self._between = b"--" + boundary[1]
        head, *parts, self._end = data.split(self._between)
        self._head, self._parts = head, [_Part(part) for part in parts]

    def cast(self, person: Person, own_link: str = "") -> Prepared:
        """Return the finished mail of one person. Raises `MailError` for an address that no
        mail can go to."""
        if not all(part.known for part in self._parts):
            return self._composed_alone(person, own_link)
        campaign, using = self.campaign, self.using
        to = deciding.wire_address(person.address, self.rule)
        name = fields.cleaned(person.name) or fields.NOBODY
        subject = fields.fill(self._letter.subject, fields.values(self.policy, person.name))
        stop = links.Link(person.subject, campaign.purpose, campaign.topic)
        mark = returning.new_mark()
        path = returning.return_path(mark)
        said = ({self._from: path} if path else {}) | {
            _TO: to,
            _ID: message_id(campaign, digest(person.address, using)),
            _STOP: f"{self._stop}{links.token_of(stop, using=using)}/",
            _CHOICES: f"{self._choices}{links.token_of(links.Link(person.subject), using=using)}/",
            _IN_TEXT: name,
            _IN_HTML: escape(name),
            _OWN: own_link,
            _SUBJECT: escape(subject),
        }
        marks = {mark.encode(): value.encode() for mark, value in said.items()}
        head = self._head.replace(_LINE, _subject_line(subject), 1)
        for word, value in marks.items():
            head = head.replace(word, value)
        cast = (part.cast(marks) for part in self._parts)
        data = self._between.join((head, *cast, self._end))
        return Prepared.of(
            signing.signed(data),
            sender=path or self._from,
            recipient=to,
            composed=self._composed(subject, to, said),
            record=Record(
                mark,
                person.subject,
                self.rule.id,
                kind_of(self.rule),
                campaign.purpose,
                campaign.topic,
                troubles.digest_of(to, using=using),
            ),
        )

    def _composed_alone(self, person: Person, own_link: str) -> Prepared:
        campaign = self.campaign
        given = fields.values(self.policy, person.name) | {LINK: own_link}
        mark = message_id(campaign, digest(person.address, self.using))
        return prepare(
            self._letter.to(person.address, given, message_id=mark),
            klass=campaign.klass,
            subject=person.subject,
            purpose=campaign.purpose,
            topic=campaign.topic,
            decided=True,
            using=self.using,
        )

    def _composed(self, subject: str, to: str, said: dict[str, str]) -> EmailMultiAlternatives:
        """The message for ways that take Django's: files, memory."""
        made = copy(self._like)
        assert isinstance(made, EmailMultiAlternatives)
        made.subject, made.to = subject, [to]
        made.body = _said(str(made.body), said)
        made.extra_headers = {name: _said(str(v), said) for name, v in made.extra_headers.items()}
        made.alternatives = []
        return made

    def _prefix(self, link: links.Link) -> str:
        token = links.token_of(link, using=self.using)
        whole = links.address_of(link, using=self.using)
        assert whole.endswith(f"{token}/")
        return whole[: -len(token) - 1]


def _said(text: str, said: dict[str, str]) -> str:
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text


def _subject_line(subject: str) -> bytes:
    plain = " ".join(subject.split())
    if plain.isascii() and len(plain) < 900:
        return f"\r\nSubject: {plain}\r\n".encode()
    encoded = Header(plain, "utf-8", header_name="Subject", maxlinelen=900).encode(linesep="\r\n")
    return f"\r\nSubject: {encoded}\r\n".encode()
