"""Check a receipt on any machine: `python -m upheld.evidence.verify RECEIPT --key KEY`.

Needs no site, no database and no network: only the receipt and the log's public key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from upheld.errors import EvidenceError
from upheld.evidence.note import Verifier
from upheld.evidence.pseudonym import pseudonym
from upheld.evidence.receipt import Receipt

FINE, FINDINGS, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Return 0 when the receipt holds, 1 when not, 2 for wrong use."""
    options = _parser().parse_args(arguments)
    out = out or sys.stdout
    try:
        text = _read(options.receipt)
        keys = [Verifier.parse(_key(given)) for given in options.key]
    except (OSError, UnicodeDecodeError, EvidenceError) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USE
    if (options.subject is None) != (options.secret is None):
        print("error: `--subject` and `--secret` go together", file=sys.stderr)
        return WRONG_USE
    try:
        receipt = Receipt.parse(text)
        signed = receipt.check(keys)
        leaf = json.loads(receipt.leaf)
        if options.subject is not None:
            _check_subject(leaf, options.subject, options.secret)
        if options.paper is not None:
            _check_paper(leaf, Path(options.paper).read_bytes())
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG_USE
    except (EvidenceError, ValueError) as error:
        if options.json:
            print(json.dumps({"holds": False, "reason": str(error)}), file=out)
        else:
            print(f"does not hold: {error}", file=out)
        return FINDINGS
    if options.json:
        found = {
            "holds": True,
            "log": signed.origin,
            "index": receipt.index,
            "size": signed.size,
            "leaf": leaf,
        }
        print(json.dumps(found, indent=2), file=out)
        return FINE
    print(f"holds: leaf {receipt.index} of {signed.size} in the log `{signed.origin}`", file=out)
    for name, value in leaf.items():
        if value not in ("", [], {}):
            print(f"  {name}: {_plain(value)}", file=out)
    return FINE


def _check_subject(leaf: dict[str, object], subject: str, secret: str) -> None:
    name = pseudonym(subject, bytes.fromhex(secret))
    subjects = leaf.get("subjects")
    if not isinstance(subjects, list) or name not in subjects:
        raise EvidenceError(f"the event is not about `{subject}` under this secret")


def _check_paper(leaf: dict[str, object], paper: bytes) -> None:
    details = leaf.get("details")
    logged = details.get("receipt") if isinstance(details, dict) else None
    if logged != sha256(paper).hexdigest():
        raise EvidenceError("the event does not hold the checksum of this receipt")


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    return Path(name).read_text(encoding="utf-8")


def _key(given: str) -> str:
    """A key may be given as it is or as the name of a file that holds it."""
    return given if given.count("+") >= 2 else Path(given).read_text(encoding="utf-8")


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} = {held}" for key, held in value.items())
    return str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m upheld.evidence.verify",
        description="Check offline that the event of a receipt is in the log.",
    )
    parser.add_argument("receipt", help="file with the receipt, `-` for standard input")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        help="the log's public key (`name+id+key`) or a file that holds it; may be repeated",
    )
    parser.add_argument("--subject", help="also check that the event is about this subject")
    parser.add_argument("--secret", help="the subject's secret in hex, with `--subject`")
    parser.add_argument("--paper", help="also check that the event fixes this receipt of erasure")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
