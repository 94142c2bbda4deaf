"""The receipt of an erasure and its proof."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.rights.conftest import furnish, make_person
from upheld.evidence.verify import main as verify
from upheld.rights.erasure import erase

pytestmark = pytest.mark.django_db


@override_settings(ROOT_URLCONF="tests.pages.site")
def test_the_receipt_is_proved_without_the_site(tmp_path: Path) -> None:
    person = make_person("Ann")
    furnish(person)
    receipt = erase(person.subject, ground="a test")
    page = f"/privacy/receipts/{receipt.person}/"
    assert "Download the receipt with its proof" in Client().get(page).content.decode()
    answer = Client().get(f"{page}proof/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as files:
        files.extractall(tmp_path)
    given = [str(tmp_path / "proof.txt"), "--key", str(tmp_path / "log-key.txt")]
    paper = tmp_path / "receipt.json"
    said = io.StringIO()
    assert verify([*given, "--paper", str(paper)], said) == 0
    assert said.getvalue().startswith("holds: leaf ")
    paper.write_bytes(paper.read_bytes().replace(b"a test", b"a jest"))
    said = io.StringIO()
    assert verify([*given, "--paper", str(paper)], said) == 1
    assert said.getvalue() == (
        "does not hold: the event does not hold the checksum of this receipt\n"
    )
    assert Client().get("/privacy/receipts/unknown/proof/").status_code == 404
