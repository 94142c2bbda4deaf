r"""A mail as the bytes that travel: written once, straight from its parts.

Python's own generator parses and folds every header again and takes most of a mail's time.
What has no attachment is written here; the rest goes its way. Lines end in `\r\n`, nothing is
outside ASCII, and no line is longer than mail may have.
"""

from __future__ import annotations

import binascii
import secrets
from collections.abc import Iterator
from email.generator import BytesGenerator
from email.header import Header
from email.policy import compat32
from email.utils import formatdate, parseaddr
from functools import lru_cache
from io import BytesIO

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from upheld.errors import MailError

LONGEST = 900
"""Characters of a line that needs no folding; mail may have 998."""
_GENERATED = compat32.clone(linesep="\r\n", max_line_length=LONGEST)


def bytes_of(message: EmailMultiAlternatives, html: str) -> bytes:
    """Return the mail. `html` is its HTML part, empty = it has none."""
    if message.attachments:
        out = BytesIO()
        BytesGenerator(out, mangle_from_=False, policy=_GENERATED).flatten(message.message())
        return out.getvalue()
    head = b"".join(_field(name, value) for name, value in _fields(message))
    if not html:
        return b"%s%s" % (head, _part(str(message.body), b"plain"))
    boundary = secrets.token_hex(15).encode()
    return (
        b'%sContent-Type: multipart/alternative; boundary="%s"\r\n\r\n'
        b"--%s\r\n%s\r\n--%s\r\n%s\r\n--%s--\r\n"
    ) % (
        head,
        boundary,
        boundary,
        _part(str(message.body), b"plain"),
        boundary,
        _part(html, b"html"),
        boundary,
    )


def _fields(message: EmailMultiAlternatives) -> Iterator[tuple[str, str]]:
    yield "MIME-Version", "1.0"
    yield "Subject", str(message.subject)
    yield "From", _written(message.from_email)
    yield "To", sanitize_address(parseaddr(message.to[0]), "utf-8")
    if message.reply_to:
        yield "Reply-To", ", ".join(_written(each) for each in message.reply_to)
    yield "Date", formatdate()
    yield from ((name, str(value)) for name, value in message.extra_headers.items())


@lru_cache(maxsize=256)
def _written(address: str) -> str:
    return sanitize_address(address, "utf-8")


def _field(name: str, value: str) -> bytes:
    if "\r" in value.replace("\r\n ", "") or "\n" in value.replace("\n ", ""):
        # Asked before; asked again where it would do harm.
        raise MailError(
            f"a mail with a line break in its `{name}` was refused",
            hint="take line breaks out of what people type before it becomes a header",
            reason="header",
        )
    if not value.isascii() or len(value) > LONGEST or not value.isprintable():
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def _part(text: str, kind: bytes) -> bytes:
    r"""One text part, encoded so that no relay on the way has to encode it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = plain.encode("utf-8", "replace")
    if plain.isascii() and all(len(line) <= LONGEST for line in raw.split(b"\n")):
        encoding, body = b"7bit", raw
    else:
        encoding, body = b"quoted-printable", binascii.b2a_qp(raw, istext=True)
    return b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s' % (
        kind,
        encoding,
        body.replace(b"\n", b"\r\n"),
    )
