"""`manage.py upheld dkim`: keys that sign mail, and the DNS records that go with them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TextIO

from upheld.mail.signing.keys import keys, make
from upheld.mail.signing.records import records

FINE, FINDINGS = 0, 1


class Dkim:
    """Exit 0 when mail is signed, 1 when there is no key."""

    help = "make keys that sign mail, show the DNS records for DKIM, SPF and DMARC"

    def arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--make", action="store_true", help="make a key; it signs from now on")
        what.add_argument("--show", action="store_true", help="show the records (default)")
        parser.add_argument("--kind", choices=("ed25519", "rsa"), default="ed25519")
        parser.add_argument("--sends-from", default="mx", help="machines that send, as SPF says")

    def run(self, options: Namespace, out: TextIO) -> int:
        if options.make:
            made = make(options.kind)
            if not options.json:
                out.write(f"made the {made.algorithm} key `{made.selector}`\n")
        found = records(sends_from=options.sends_from)
        if options.json:
            out.write(json.dumps([asdict(record) for record in found]) + "\n")
        else:
            out.write("".join(f"; {each.why}\n{each.zone_line()}\n" for each in found))
            if not keys():
                out.write("mail is not signed: make a key with `upheld dkim --make`\n")
        return FINE if keys() else FINDINGS
