"""Short links of mails: one token for each person and list, opaque and for good.

A token is derived with the keyring's index key, so the same list has the same link in every
mail and nobody else can make one; kept is its digest alone. Erasing the person takes away what
it stands for. Links of the earlier signed form keep working.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import DEFAULT_DB_ALIAS
from django.urls import NoReverseMatch, get_script_prefix, reverse

from upheld import keyring
from upheld.conf import conf
from upheld.mail.models import MailLink

LENGTH = 20
"""Characters of a token: 120 bits."""
SIGNED_SALT = "upheld.unsubscribe"
"""Of links that older mails carry: the subject and the purpose, signed."""
_SCOPE = "-:mail.link"
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for. Without `purpose` it opens a person's choices; `subject` empty
    = the person was erased since."""

    subject: str
    purpose: str = ""
    topic: str = ""


def unsubscribe_url(
    subject: str, purpose: str, topic: str = "", *, using: str = DEFAULT_DB_ALIAS
) -> str:
    """Return the whole URL that ends one list for one person.

    Raises `NoReverseMatch` in a project that does not show Upheld's pages.
    """
    link = Link(subject, purpose, topic)
    keep([link], using=using)
    return address_of(link, using=using)


def choices_url(subject: str, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the whole URL of a person's choices; it needs no sign-in."""
    link = Link(subject)
    keep([link], using=using)
    return address_of(link, using=using)


def read(token: str, *, using: str = DEFAULT_DB_ALIAS) -> Link | None:
    """Return what a token stands for, None for one that we did not make."""
    if ":" in token:
        return _signed(token)
    if len(token) != LENGTH or not token.isascii():
        return None
    row = MailLink.objects.using(using).filter(pk=_digest(token)).first()
    return None if row is None else Link(row.subject, row.purpose, row.topic)


def keep(links: Iterable[Link], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Make links work, a statement for each 500; the same link again changes nothing."""
    rows = {
        digest: MailLink(
            digest=digest, subject=link.subject, purpose=link.purpose, topic=link.topic
        )
        for link in links
        for digest in (_digest(token_of(link, using=using)),)
    }
    MailLink.objects.using(using).bulk_create(
        [rows[digest] for digest in sorted(rows)],  # one order for all: no two wait crosswise
        batch_size=_SLICE,
        update_conflicts=True,
        unique_fields=["digest"],
        # A guest who was erased and orders again has the same reference and the same link.
        update_fields=["subject", "purpose", "topic"],
    )


def ready(links: Iterable[Link], *, using: str = DEFAULT_DB_ALIAS) -> dict[Link, str]:
    """Make many links work and return their URLs; none where the pages are not shown."""
    found = urls(links, using=using)
    keep(found, using=using)
    return found


def urls(links: Iterable[Link], *, using: str = DEFAULT_DB_ALIAS) -> dict[Link, str]:
    """Return the URLs of links without a query; they work after `ready` or `keep`."""
    try:
        return {link: address_of(link, using=using) for link in links}
    except NoReverseMatch:
        return {}


def address_of(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the URL of a link without making it work; see `keep`."""
    before, after = _path(bool(link.purpose), settings.ROOT_URLCONF, get_script_prefix())
    return f"{conf().SITE_URL}{before}{token_of(link, using=using)}{after}"


@lru_cache(maxsize=32)
def _path(stops: bool, urlconf: str, prefix: str) -> tuple[str, str]:
    """What stands before and after the token, for these addresses of the project."""
    sample = "a" * LENGTH
    try:
        path = reverse("upheld:unsubscribe" if stops else "upheld:choices-by-token", args=[sample])
    except NoReverseMatch:
        path = reverse("upheld:unsubscribe", args=[sample])
    before, _, after = path.partition(sample)
    return before, after


def visitor_url() -> str:
    """Return the URL of the choices of somebody who is not known, empty without the page."""
    try:
        return conf().SITE_URL + reverse("upheld:choices")
    except NoReverseMatch:
        return ""


def token_of(link: Link, *, using: str = DEFAULT_DB_ALIAS) -> str:
    """Return the token of a link."""
    # Hexadecimal, because references of people differ in case and the index folds it.
    said = "\0".join((link.subject, link.purpose, link.topic))
    return keyring.sealer(using).blind(_SCOPE, said.encode().hex())


def forget(subjects: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Take people out of their links, which then answer that nothing is sent any more."""
    rows = MailLink.objects.using(using).filter(subject__in=list(subjects))
    return rows.update(subject="", purpose="", topic="")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _signed(token: str) -> Link | None:
    try:
        subject, purpose = signing.loads(token, salt=SIGNED_SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Link(subject, purpose) if isinstance(subject, str) else None
