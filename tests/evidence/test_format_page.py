"""`docs/evidence-format.md` shows what the code makes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.evidence.test_note import SIGNER
from tests.evidence.test_receipt import RECEIPT
from upheld.evidence.leaf import _FIELDS
from upheld.evidence.receipt import Receipt

PAGE = (Path(__file__).parents[2] / "docs" / "evidence-format.md").read_text("utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)


def test_the_receipt_shown_holds_under_the_key_shown() -> None:
    (receipt,) = [block for block in BLOCKS if block.startswith("c2sp.org/tlog-proof@v1")]
    (command,) = [block for block in BLOCKS if "upheld.evidence.verify" in block]
    assert command.split()[-1] == SIGNER.verifier.text
    assert receipt == RECEIPT.text
    assert Receipt.parse(receipt).check([SIGNER.verifier]).size == 5


def test_the_checkpoint_shown_is_that_of_the_receipt() -> None:
    assert RECEIPT.checkpoint in BLOCKS


def test_every_field_of_a_leaf_is_described() -> None:
    table = PAGE.split("## A leaf")[1].split("Its hash")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == list(_FIELDS)
