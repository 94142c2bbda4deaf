"""From a message as it was written to the bytes that leave: footer, headers, signature."""

from __future__ import annotations

from email.charset import QP, Charset
from email.utils import formataddr, parseaddr
from html import escape

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import EmailAttachment

from upheld.mail import footing, heading, markup, returning, signing, troubles, wiring
from upheld.mail.facts import Facts
from upheld.mail.prepared import Prepared, Record
from upheld.mail.recipients import bare
from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.types import MailRule

_ENCODING = Charset("utf-8")
_ENCODING.body_encoding = QP
"""For mails with attachments, which Django writes: letters outside ASCII leave encoded."""


def compose(
    message: EmailMessage,
    rule: MailRule,
    *,
    to: str,
    subject: str,
    purpose: str,
    topic: str,
    facts: Facts | None,
    using: str,
    sign: bool = True,
) -> Prepared:
    """Return the finished mail. Raises `MailError` for headers or links it may not have.

    `sign` False is for whoever changes the bytes and signs them afterwards.
    """
    heading.check(message, rule)
    text, html = _parts(message)
    kind = kind_of(rule)
    if kind in CHOSEN:
        markup.check_links((text, html), rule, subject, to)
    under_text, under_html = footing.footers(rule, purpose, topic, facts)
    made = EmailMultiAlternatives(
        subject=" ".join(str(message.subject).split()),
        body=f"{text.rstrip()}\n\n{under_text}",
        from_email=message.from_email,
        to=[formataddr((parseaddr(message.to[0])[0], to))],
        reply_to=list(message.reply_to),
        headers=heading.headers_of(message, rule, purpose, topic, facts),
        attachments=_attached(message),
    )
    made.encoding = _ENCODING
    page = ""
    if html:
        page = markup.PAGE.format(
            lang=settings.LANGUAGE_CODE.partition("-")[0],
            title=escape(str(made.subject)),
            body=markup.tidy(html),
            footer=under_html,
        )
        made.attach_alternative(page, "text/html")
    mark = returning.new_mark()
    path = returning.return_path(mark)
    sender = path or bare(made.from_email)
    if made.extra_headers["Auto-Submitted"].startswith("auto-replied"):
        sender = ""  # RFC 3834: nothing may come back to a machine that answers machines
    elif path:
        made.extra_headers[returning.HEADER] = path
    record = Record(
        mark, subject, rule.id, kind, purpose, topic, troubles.digest_of(to, using=using)
    )
    data = wiring.bytes_of(made, page)
    data = signing.signed(data) if sign else data
    return Prepared.of(data, sender=sender, recipient=to, composed=made, record=record)


def _parts(message: EmailMessage) -> tuple[str, str]:
    """Return (text, html) as written; the text is made from the HTML where it lacks."""
    html = ""
    for content, media in getattr(message, "alternatives", ()):
        if media == "text/html":
            html = str(content)
    text = str(message.body)
    if message.content_subtype == "html":
        text, html = "", html or text
    return (text if text.strip() or not html else markup.plain(markup.tidy(html))), html


def _attached(message: EmailMessage) -> list[EmailAttachment]:
    return list(message.attachments)
