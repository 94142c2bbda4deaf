"""Applications by real mail, as the notice describes them: from the letter to the receipt."""

from __future__ import annotations

import io
import json
import re
import smtplib
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

from tests.browser.conftest import Enter
from tests.browser.demo_process import Demo
from tests.browser.doings import Member, card, register, somebody
from tests.browser.letters import await_letter
from tests.browser.person import PRIVACY, Person
from tests.browser.test_requests import confirm


def write(demo: Demo, who: Member, topic: str, words: str) -> None:
    """Write to support@, with a picture of an identity card in the letter."""
    letter = EmailMessage()
    letter["From"] = f"{who.first} {who.last} <{who.email}>"
    letter["To"], letter["Subject"] = "support@hearthandhob.example", topic
    letter.set_content(words)
    letter.add_attachment(card(), maintype="image", subtype="jpeg", filename="card.jpg")
    with smtplib.SMTP("127.0.0.1", demo.smtp, timeout=30) as server:
        server.send_message(letter)


def decide(officer: Person, title: str, button: str) -> None:
    confirm(officer, title)
    officer.press(button)


def fetch_copy(reader: Person, demo: Demo, who: Member, page: str) -> zipfile.ZipFile:
    """Follow the mail's link without signing in; a code to the address on file opens the copy."""
    reader.open(page)
    reader.look()
    reader.press("Send me a code")
    code = re.search(r"\b\d{4} \d{4}\b", await_letter(demo.state / "mail", who.email, "code").text)
    assert code is not None
    reader.page.get_by_label("The code from our mail").fill(code[0])
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Download my copy").click()
    return zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))


def verified(folder: Path) -> dict[str, object]:
    """Check a receipt as anybody can: no site, no settings, no network."""
    done = subprocess.run(
        [sys.executable, "-m", "upheld.evidence.verify", "proof.txt", "--key", "log-key.txt",
         "--paper", "receipt.json", "--json"],
        cwd=folder, capture_output=True, text=True, env={}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_copy_and_a_deletion_asked_for_by_mail(enter: Enter, demo: Demo, tmp_path: Path) -> None:
    mails = demo.state / "mail"
    member, who = enter(), somebody()
    register(member, who)
    write(demo, who, "Application", "Please send me a full copy of my data. My card is enclosed.")
    officer = enter(PRIVACY)
    arrived = await_letter(mails, who.email, "has arrived")
    assert "Send me a copy of my data" in arrived.text
    decide(officer, "Send me a copy of my data", "Do it and tell the person")

    reader = enter()
    page = await_letter(mails, who.email, "is done").link("/privacy/requests/")
    with fetch_copy(reader, demo, who, page) as copy:
        assert who.street in copy.read("index.html").decode()
        listed = json.loads(copy.read("manifest.json"))["files"]
        assert {each["path"] for each in listed} == set(copy.namelist()) - {"manifest.json"}

    write(demo, who, "Farewell", "Please delete my account and all my data. My card is enclosed.")
    await_letter(mails, who.email, "has arrived", after=1)
    decide(officer, "Delete my account and my data", "Erase and tell the person")
    assert "The person was erased" in officer.text()

    reader.open(await_letter(mails, who.email, "is done", after=1).link("/privacy/receipts/"))
    reader.look()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="Download the receipt with its proof").click()
    with zipfile.ZipFile(download.value.path()) as files:
        files.extractall(tmp_path)
    leaf = verified(tmp_path)["leaf"]
    assert isinstance(leaf, dict)
    assert leaf["kind"] == "erasure"
    assert json.loads((tmp_path / "receipt.json").read_text())["rows_deleted"] > 0
    member.open("/privacy/me/")
    assert "/accounts/login/" in member.page.url
