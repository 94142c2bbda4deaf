"""A receipt holds for a tool that is not ours: the `openssl` of the machine."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.consent.answers import answer
from upheld.consent.receipts import bundle, published_keys, receipt
from upheld.errors import ConsentError
from upheld.journal import signing
from upheld.policy.types import Policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(policy: Policy, tmp_path: Path) -> Path:
    answer(policy, True)
    with zipfile.ZipFile(io.BytesIO(bundle("member:42", policy=policy))) as zipped:
        assert zipped.namelist() == ["receipt.json", "receipt.sig", "key.pem", "HOW-TO-CHECK.txt"]
        zipped.extractall(tmp_path)
    return tmp_path


def checked(folder: Path) -> str:
    """Run the very command that the receipt's own instructions give."""
    (command,) = [
        line.strip()
        for line in (folder / "HOW-TO-CHECK.txt").read_text().splitlines()
        if line.strip().startswith("openssl ")
    ]
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True)
    return "holds" if done.returncode == 0 else "does not hold"


def test_openssl_checks_a_receipt(files: Path) -> None:
    assert checked(files) == "holds"


def test_openssl_refuses_a_receipt_that_was_changed(files: Path) -> None:
    told = files / "receipt.json"
    changed = told.read_text().replace("dpv:ConsentGiven", "dpv:ConsentRefused")
    assert changed != told.read_text()
    told.write_text(changed)
    assert checked(files) == "does not hold"


def test_openssl_refuses_a_receipt_under_another_key(files: Path) -> None:
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519", "-out", "own.pem"], cwd=files, check=True
    )
    subprocess.run(
        ["openssl", "pkey", "-in", "own.pem", "-pubout", "-out", "key.pem"], cwd=files, check=True
    )
    assert checked(files) == "does not hold"


def test_the_bytes_are_canonical_json(policy: Policy) -> None:
    answer(policy, True)
    signed, signature = receipt("member:42", policy=policy)
    # Keys of these records are ASCII and numbers whole, where RFC 8785 is Python's own order.
    again = json.dumps(
        json.loads(signed), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again.encode() == signed
    assert len(signature) == 64


def test_keys_that_signed_before_stay_published(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(signing._kept, None, list(signing._signers()))
    old = (files / "key.pem").read_text()
    signing.add_key()
    published = published_keys()
    assert published.endswith(old)
    assert published.count("BEGIN PUBLIC KEY") == 2


def test_nobody_gets_a_receipt_of_nothing(policy: Policy) -> None:
    with pytest.raises(ConsentError) as caught:
        receipt("member:42", policy=policy)
    assert str(caught.value) == "there is nothing to give a receipt of (make a choice first)"
