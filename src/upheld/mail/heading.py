"""The headers that every mail of a class carries.

RFC 3834 (`Auto-Submitted`), RFC 2369 (`List-*`), RFC 2919 (`List-Id`), RFC 8058 (one click).
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from django.core.mail import EmailMessage

from upheld.conf import conf
from upheld.consent.addresses import ascii_domain
from upheld.datamap.active import active
from upheld.errors import MailError
from upheld.mail import links
from upheld.mail.facts import Facts
from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.types import MailRule

_NAME = re.compile(r"[!-9;-~]+")
_OWNED = frozenset(
    {
        "bcc", "cc", "return-path", "sender", "received", "errors-to", "dkim-signature",
        "authentication-results", "x-originating-ip", "x-mailer", "user-agent", "list-id",
        "list-unsubscribe", "list-unsubscribe-post", "list-help", "list-owner", "precedence",
    }
)  # fmt: skip
"""Headers that code may not set: ours, those that leak, those that other servers write."""


def host() -> str:
    """Return the site's host as mail writes it: the first of the policy, else of the URL."""
    hosts = active().policy.controller.hosts
    name = hosts[0] if hosts else (urlsplit(conf().SITE_URL).hostname or "localhost")
    return ascii_domain(name) or "localhost"


def new_message_id() -> str:
    """Return a Message-ID of random parts at the site's host: no name of a machine."""
    return f"<{secrets.token_hex(12)}@{host()}>"


def check(message: EmailMessage, rule: MailRule) -> None:
    """Refuse what would break out of its header. Raises `MailError`."""
    said = {"Subject": str(message.subject), "From": message.from_email or ""}
    said |= {f"Reply-To {n}": str(each) for n, each in enumerate(message.reply_to)}
    said |= {name: str(value) for name, value in message.extra_headers.items()}
    for name, value in said.items():
        if any(char in value for char in "\r\n\0") or not _NAME.fullmatch(name.partition(" ")[0]):
            raise MailError(
                f"a mail with a line break in its `{name.partition(' ')[0]}` was refused",
                hint="take line breaks out of what people type before it becomes a header",
                klass=rule.id,
                reason="header",
            )
    for name in message.extra_headers:
        if name.lower() in _OWNED:
            raise MailError(
                f"a mail that sets `{name}` itself was refused",
                hint="leave it out: its class decides",
                klass=rule.id,
                reason="header",
            )


def headers_of(
    message: EmailMessage, rule: MailRule, purpose: str, topic: str, facts: Facts | None
) -> dict[str, str]:
    """Return all extra headers of the mail."""
    made = dict(message.extra_headers)
    given = {name.lower() for name in made}
    if "message-id" not in given:
        made["Message-ID"] = new_message_id()
    if "auto-submitted" not in given:
        made["Auto-Submitted"] = "auto-generated"
    by_choice = kind_of(rule) in CHOSEN
    if by_choice or made.get("Auto-Submitted", "").startswith("auto-replied"):
        made["Precedence"] = "bulk"
    if by_choice:
        made["List-Id"] = _list_id(purpose, topic)
        made["List-Owner"] = f"<mailto:{active().policy.controller.contact}>"
        if facts is not None and facts.choices:
            made["List-Help"] = f"<{facts.choices}>"
    link = link_of(rule, facts)
    if link:
        made["List-Unsubscribe"] = f"<{link}>"
        if by_choice and facts is not None and link == facts.unsubscribe:
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made


def link_of(rule: MailRule, facts: Facts | None) -> str:
    """Return the link that a mail of this class carries, empty when it has none."""
    if kind_of(rule) in CHOSEN:
        return facts.unsubscribe or facts.choices if facts is not None else ""
    if rule.unsubscribe == "none":
        return ""
    # Somebody who is not known yet makes choices as a visitor.
    return facts.choices if facts is not None else links.visitor_url()


def _list_id(purpose: str, topic: str) -> str:
    rule = active().policy.purposes[purpose]
    title = (topic or rule.title or purpose).encode("ascii", "replace").decode()
    label = re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-")
    name = re.sub(r"[^a-z0-9]+", "-", purpose.lower()).strip("-")
    plain = re.sub(r'["\\\x00-\x1f]', "", title)
    return f'"{plain}" <{f"{label}." if label else ""}{name}.{host()}>'
