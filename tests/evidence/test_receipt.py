from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.store import Store
from tests.evidence.test_leaf import SAMPLE
from tests.evidence.test_note import OTHER, SIGNER
from upheld.errors import EvidenceError
from upheld.evidence.checkpoint import Checkpoint
from upheld.evidence.leaf import encode
from upheld.evidence.proof import prove_inclusion
from upheld.evidence.pseudonym import pseudonym
from upheld.evidence.receipt import Receipt
from upheld.evidence.verify import main

SECRET = bytes(range(32))
LEAF = encode(
    SAMPLE.__class__(
        id="ab" * 16,
        at="2026-11-22T08:00:00.000000Z",
        kind="export",
        rows=40,
        subjects=(pseudonym("member:42", SECRET),),
    )
)


def make() -> Receipt:
    leaves = [b"first", LEAF, b"third", b"fourth", b"fifth"]
    store = Store(leaves)
    note = Checkpoint(SIGNER.name, 5, store.root()).sign(SIGNER)
    return Receipt(LEAF, 1, tuple(prove_inclusion(1, 5, store.read)), note)


RECEIPT = make()


def test_a_receipt_is_read_back_and_holds() -> None:
    assert Receipt.parse(RECEIPT.text) == RECEIPT
    assert Receipt.parse(RECEIPT.text).check([SIGNER.verifier]).size == 5
    lines = RECEIPT.text.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[2] == "index 1"
    assert lines[6:9] == ["", "shop.example/evidence", "5"]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(RECEIPT.text) - 1), st.characters(codec="utf-8"))
def test_any_changed_character_breaks_the_receipt(at: int, sign: str) -> None:
    text = RECEIPT.text
    changed = text[:at] + sign + text[at + 1 :]
    if changed != text:
        with pytest.raises(EvidenceError):
            Receipt.parse(changed).check([SIGNER.verifier])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(RECEIPT.text) - 1))
def test_a_truncated_receipt_breaks(length: int) -> None:
    with pytest.raises(EvidenceError):
        Receipt.parse(RECEIPT.text[:length]).check([SIGNER.verifier])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a receipt must start with `c2sp.org/tlog-proof@v1`"),
        ("c2sp.org/tlog-proof@v1\nextra AA==\n", "the receipt is cut off"),
        (
            "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx",
            "a receipt needs an `extra` line and an `index` line",
        ),
        (
            "c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\nx",
            "the `extra` line is not base64",
        ),
        (
            "c2sp.org/tlog-proof@v1\nextra AA==\nindex 01\n\nx",
            "leaf index `01` is no whole number",
        ),
    ],
)
def test_bad_receipts(text: str, message: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        Receipt.parse(text)
    assert str(caught.value) == message


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    receipt, key = tmp_path / "event.tlog-proof", tmp_path / "log.key"
    receipt.write_text(RECEIPT.text, "utf-8")
    key.write_text(SIGNER.verifier.text + "\n", "utf-8")
    return str(receipt), str(key)


def test_command_says_what_holds(files: tuple[str, str]) -> None:
    out = StringIO()
    assert main([files[0], "--key", files[1]], out) == 0
    assert out.getvalue() == (
        "holds: leaf 1 of 5 in the log `shop.example/evidence`\n"
        "  at: 2026-11-22T08:00:00.000000Z\n"
        "  count: 1\n"
        f"  id: {'ab' * 16}\n"
        "  kind: export\n"
        "  part: 1, 1\n"
        "  rows: 40\n"
        f"  subjects: {pseudonym('member:42', SECRET)}\n"
        "  v: 1\n"
    )


def test_command_in_json(files: tuple[str, str]) -> None:
    out = StringIO()
    assert main([files[0], "--key", SIGNER.verifier.text, "--json"], out) == 0
    found = json.loads(out.getvalue())
    assert (found["holds"], found["index"], found["size"]) == (True, 1, 5)
    assert found["leaf"]["kind"] == "export"


def test_command_with_a_foreign_key(files: tuple[str, str]) -> None:
    out = StringIO()
    assert main([files[0], "--key", OTHER.verifier.text], out) == 1
    assert out.getvalue() == (
        "does not hold: none of the keys given signed this note "
        "(signed by: `shop.example/evidence`)\n"
    )
    out = StringIO()
    assert main([files[0], "--key", OTHER.verifier.text, "--json"], out) == 1
    assert json.loads(out.getvalue())["holds"] is False


def test_command_shows_that_the_event_is_about_a_person(files: tuple[str, str]) -> None:
    about = ["--subject", "member:42", "--secret"]
    assert main([*files[:1], "--key", files[1], *about, SECRET.hex()], StringIO()) == 0
    out = StringIO()
    assert main([*files[:1], "--key", files[1], *about, bytes(32).hex()], out) == 1
    assert out.getvalue() == (
        "does not hold: the event is not about `member:42` under this secret\n"
    )


def test_wrong_use(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-file", "--key", files[1]]) == 2
    assert main([files[0], "--key", "a+b+c"]) == 2
    assert main([files[0], "--key", files[1], "--secret", "00"]) == 2
    with pytest.raises(SystemExit) as caught:
        main([files[0]])
    assert caught.value.code == 2
    assert "`--subject` and `--secret` go together" in capsys.readouterr().err


def test_verifying_needs_only_cryptography_and_the_standard_library(
    files: tuple[str, str],
) -> None:
    program = (
        "import sys\n"
        "for name in ('django', 'rfc8785', 'msgspec', 'yaml', 'sqlglot'):\n"
        "    sys.modules[name] = None\n"
        "from upheld.evidence.verify import main\n"
        f"sys.exit(main([{files[0]!r}, '--key', {files[1]!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    module = [sys.executable, "-m", "upheld.evidence.verify", files[0], "--key", files[1]]
    assert subprocess.run(module, capture_output=True).returncode == 0
