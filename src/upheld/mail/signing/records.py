"""What the DNS must say so that others believe the site's mail."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.conf import conf
from upheld.datamap.active import active
from upheld.mail.heading import host
from upheld.mail.signing.keys import keys


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One TXT record: its name without a dot at the end, its text, what it is for."""

    name: str
    text: str
    why: str

    def zone_line(self) -> str:
        """Return the line of a zone file; long texts stand in strings of 255 at most."""
        parts = [self.text[start : start + 255] for start in range(0, len(self.text), 255)]
        said = " ".join(f'"{part}"' for part in parts)
        return f"{self.name}. IN TXT {said}"


def records(*, sends_from: str = "mx") -> tuple[DnsRecord, ...]:
    """Return the records of the site's domain. `sends_from` is what SPF names as the machines
    that send: `mx`, `ip4:192.0.2.1`, `include:...`."""
    domain = host()
    found = [
        DnsRecord(
            f"{key.selector}._domainkey.{domain}",
            key.record(),
            f"DKIM: verifies what the {key.algorithm} key signs",
        )
        for key in keys()
    ]
    back = conf().MAIL_RETURN.rpartition("@")[2]
    for name in dict.fromkeys(filter(None, (domain, back))):
        found.append(
            DnsRecord(name, f"v=spf1 {sends_from} -all", "SPF: who sends mail for this domain")
        )
    contact = active().policy.controller.contact
    reports = f"; rua=mailto:{contact}" if "@" in contact else ""
    found.append(
        DnsRecord(
            f"_dmarc.{domain}",
            f"v=DMARC1; p=quarantine{reports}",
            "DMARC: what others do with mail that is neither signed nor sent by us; "
            "`p=reject` once the reports are clean",
        )
    )
    return tuple(found)
