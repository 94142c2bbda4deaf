"""`manage.py upheld consents SUBJECT`: what somebody agreed to, as records or a receipt."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TextIO

from upheld.consent.asking import Answer, history, state
from upheld.consent.choosing import label
from upheld.consent.receipts import bundle
from upheld.consent.records import records
from upheld.consent.settling import settle
from upheld.errors import ConsentError
from upheld.ports import Subcommand

FINE = 0


class Consents:
    """Shows one person's answers."""

    help = "show what a person agreed to and refused, in which words"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", help="the person as `kind:value`, for example `member:42`")
        parser.add_argument(
            "--format", choices=("text", "27560"), default="text",
            help="27560 = consent records by ISO/IEC TS 27560 as JSON-LD",
        )  # fmt: skip
        parser.add_argument("--receipt", metavar="FILE", help="write a signed receipt (ZIP)")
        parser.add_argument("--database", default="default")

    def run(self, options: Namespace, out: TextIO) -> int:
        who, using = options.subject, options.database
        kind, colon, value = who.partition(":")
        if not (kind and colon and value):
            raise ConsentError(
                f"`{who}` is no subject", hint="write `kind:value`, for example `member:42`"
            )
        if options.receipt:
            Path(options.receipt).write_bytes(bundle(who, using=using))
            if options.json:
                out.write(json.dumps({"receipt": options.receipt}) + "\n")
            else:
                out.write(f"wrote {options.receipt}\n")
        elif options.format == "27560":
            out.write(_dumped(records(who, using=using)))
        elif options.json:
            states = {id: one.granted for id, one in state(who, using=using).items()}
            answers = [_told(one) for one in history(who, using=using)]
            out.write(_dumped({"counts": states, "answers": answers}))
        else:
            _print(who, using, out)
        return FINE


class SettleConsents:
    """Brings row filters in line with a changed policy; `migrate` and the first request do."""

    help = "compare answers with a changed policy"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default")

    def run(self, options: Namespace, out: TextIO) -> int:
        changed = settle(using=options.database)
        if options.json:
            out.write(json.dumps({"changed": changed}) + "\n")
        else:
            out.write(f"{changed} answers count otherwise now\n")
        return FINE


def _print(who: str, using: str, out: TextIO) -> None:
    for id, one in state(who, using=using).items():
        how = "said" if one.explicit else "not asked" if one.unasked else "default"
        how = "asked again" if one.wider else how
        out.write(f"{id}: {'yes' if one.granted else 'no'} ({how})\n")
    for answer in history(who, using=using):
        about = label((answer.purpose, answer.topic))
        said = "yes" if answer.granted else "no"
        out.write(f"  {answer.at:%Y-%m-%d %H:%M} {said} to {about}: `{answer.wording}`\n")


def _told(one: Answer) -> dict[str, object]:
    return {
        "about": label((one.purpose, one.topic)),
        "granted": one.granted,
        "wording": one.wording,
        "version": one.version,
        "place": one.place,
        "method": one.method,
        "actor": one.actor,
        "at": one.at.isoformat(),
        "event": one.event,
    }


def _dumped(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


COMMANDS: dict[str, Subcommand] = {"consents": Consents(), "settle-consents": SettleConsents()}
