"""Whether a letter that came in is from whom it says: DKIM checked, SPF as our server found it.

DKIM is verified here, from the letter's own bytes. SPF is about the connection that brought the
letter, which only the server that took it saw: its finding is taken from the topmost
`Authentication-Results` (RFC 8601), if that header is the house's own server's, and from
nobody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from email.utils import parseaddr
from typing import Literal

import dkim

from upheld.consent.addresses import ascii_domain

Verdict = Literal["pass", "fail", "none"]
Text = Callable[[str], bytes | None]
"""The TXT record of a name, None when there is none. May raise `OSError`."""
MOST_SIGNATURES = 5
"""Signatures of one letter that are looked at: each costs a look-up."""
_LARGEST = 50 * 1024 * 1024
_SPF = re.compile(r"\bspf=(\w+)\b[^;]*?smtp\.(?:mailfrom|helo)=\"?([^\s;\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authenticity:
    """What was found. `dkim` and `spf` count only for the domain in `From` or one above or
    below it; `domain` is that of `From`, empty when it cannot be read."""

    domain: str
    dkim: Verdict
    spf: Verdict

    @property
    def sure(self) -> bool:
        """True when the letter is from the domain that its `From` names."""
        return "pass" in (self.dkim, self.spf)


def authentic(raw: bytes, *, txt: Text, server: str = "") -> Authenticity:
    """Check one letter. Pure but for `txt`, which looks up DNS; never raises for bad mail.

    `server` is the name under which the house's own mail server writes its findings
    (`authserv-id`); empty = none is trusted, and SPF is `none`.
    """
    if len(raw) > _LARGEST:
        return Authenticity("", "none", "none")
    message = message_from_bytes(raw, policy=compat32)
    senders = message.get_all("From") or []
    # Two `From` headers, or two addresses in one: programs show either, so it is neither's.
    address = parseaddr(str(senders[0]))[1] if len(senders) == 1 else ""
    domain = ascii_domain(address.rpartition("@")[2]) if "@" in address else ""
    if not domain:
        return Authenticity("", "none", "none")
    found = [str(line) for line in message.get_all("Authentication-Results") or []]
    return Authenticity(domain, _dkim(raw, domain, txt), _spf(found, domain, server))


def _dkim(raw: bytes, domain: str, txt: Text) -> Verdict:
    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        return txt(name.decode("ascii", "replace").rstrip("."))

    seen: Verdict = "none"
    try:
        checked = dkim.DKIM(raw, minkey=1024, timeout=5)
        signatures = [h for h in checked.headers if h[0].lower() == b"dkim-signature"]
    except dkim.DKIMException:
        return "none"
    for number in range(min(len(signatures), MOST_SIGNATURES)):
        try:
            good = checked.verify(idx=number, dnsfunc=look_up)
        except (dkim.DKIMException, OSError, ValueError, KeyError, IndexError):
            good = False
        signer = (checked.domain or b"").decode("ascii", "replace").lower()
        if not _aligned(signer, domain):
            continue
        if good:
            return "pass"
        seen = "fail"
    return seen


def _spf(results: list[str], domain: str, server: str) -> Verdict:
    if not server or not results:
        return "none"
    # The house's server writes on top; whatever stands below came with the letter.
    top = " ".join(results[0].split())
    if top.partition(";")[0].strip().split(" ")[0].lower() != server.lower():
        return "none"
    for word, sender in _SPF.findall(top):
        if _aligned(sender.rpartition("@")[2].lower(), domain):
            return "pass" if word.lower() == "pass" else "fail"
    return "none"


def _aligned(signer: str, domain: str) -> bool:
    """Whether one is the other or a part of it (the relaxed way of DMARC, but without a list
    of public suffixes: `co.uk` alone aligns with nothing, as it signs nothing)."""
    if not signer or "." not in signer:
        return False
    return signer == domain or signer.endswith(f".{domain}") or domain.endswith(f".{signer}")
