"""Making DKIM signatures: dkimpy's canonical forms, the primitives of `cryptography`.

dkimpy itself signs with arithmetic in Python, some twenty times slower, and would read every
mail a second time. Headers that a forger could add are signed once more than they occur
("oversigned"), so that a second one breaks the signature: nobody can point the link that ends
mail somewhere else.
"""

from __future__ import annotations

import re
import time
from base64 import b64encode
from hashlib import sha256

from dkim.canonicalization import Relaxed

from upheld.mail.heading import host
from upheld.mail.signing.keys import Key, keys

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version",
    b"content-type", b"content-transfer-encoding", b"auto-submitted", b"precedence",
    b"list-id", b"list-help", b"list-owner", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
OVERSIGNED = (
    b"from", b"to", b"subject", b"date", b"reply-to", b"content-type",
    b"list-id", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip


_SPACES = re.compile(b"[\t ]+")


def signed(data: bytes, *, at: int | None = None) -> bytes:
    r"""Return the mail with one `DKIM-Signature` for each key of the site on top.

    `data` has lines ended by `\r\n`; `at` is the time in seconds since 1970.
    """
    with_keys = keys()
    if not with_keys:
        return data
    head, _, body = data.partition(b"\r\n\r\n")
    body_hash = b64encode(sha256(relaxed_body(body)).digest())
    fields = _fields(head)
    names = [name for name in SIGNED for found, _ in fields if found == name]
    names += list(OVERSIGNED)
    canonical = b"".join(_chosen(fields, names))
    moment = int(time.time()) if at is None else at
    return b"".join(_line(key, names, canonical, body_hash, moment) for key in with_keys) + data


def relaxed_body(body: bytes) -> bytes:
    r"""Return what dkimpy's `Relaxed.canonicalize_body` returns, looking closely only at lines
    that have something to change."""
    lines = body.split(b"\r\n")
    for number, line in enumerate(lines):
        if b"  " in line or b"\t" in line or line.endswith(b" "):
            lines[number] = _SPACES.sub(b" ", line).rstrip(b" ")
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def _line(key: Key, names: list[bytes], canonical: bytes, body_hash: bytes, at: int) -> bytes:
    value = (
        f"v=1; a={key.algorithm}-sha256; c=relaxed/relaxed; d={host()};\r\n"
        f" s={key.selector}; t={at};\r\n h="
    ).encode()
    value += b":\r\n ".join(
        b":".join(names[start : start + 6]) for start in range(0, len(names), 6)
    )
    value += b";\r\n bh=" + body_hash + b";\r\n b="
    own = Relaxed.canonicalize_headers([(b"DKIM-Signature", b" " + value)])[0]
    # The signature's own header is covered without its value and without a line end.
    covered = canonical + own[0] + b":" + own[1].rstrip(b"\r\n")
    signature = b64encode(key.sign(covered))
    folded = b"\r\n ".join(signature[start : start + 72] for start in range(0, len(signature), 72))
    return b"DKIM-Signature: " + value + folded + b"\r\n"


def _fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Return (name, value) of every header in canonical form, in order."""
    lines: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b"\r\n" + line
        else:
            lines.append(line)
    pairs = [line.partition(b":")[::2] for line in lines]
    return [(name.strip().lower(), b" ".join(value.split()) + b"\r\n") for name, value in pairs]


def _chosen(fields: list[tuple[bytes, bytes]], names: list[bytes]) -> list[bytes]:
    """Take the named headers, each time the lowest that was not taken (RFC 6376, 5.4.2)."""
    left: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        left.setdefault(name, []).append(value)
    return [name + b":" + left[name].pop() for name in names if left.get(name)]
