"""From a member's request to the privacy team's decision, the mail and the end."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

from tests.browser.conftest import Enter
from tests.browser.demo_process import Demo
from tests.browser.doings import card, register, somebody
from tests.browser.letters import await_letter
from tests.browser.person import PRIVACY, STRONG, Person

NEW = "/privacy/me/requests/new/"


def ask(member: Person, kind: str) -> str:
    """Make a request after a fresh sign-in; returns where it is followed."""
    member.open(NEW)
    if "/privacy/me/fresh/" in member.page.url:
        member.page.get_by_label("Your password").fill(STRONG)
        member.press("Go on")
    member.page.locator("main [name='kind']").select_option(kind)
    member.press("Send the request")
    return member.page.url


def show_document(member: Person, folder: Path) -> None:
    """Upload a picture that looks like an identity card."""
    path = folder / "card.jpg"
    path.write_bytes(card())
    member.page.locator("main [name='document']").set_input_files(path)
    member.press("Send the document")


def confirm(officer: Person, title: str) -> None:
    """Open the request at the desk, look at the document, confirm who it is."""
    officer.open("/privacy/console/requests/")
    officer.follow(title)
    with officer.page.expect_navigation():
        officer.page.get_by_role("link", name="Identity document").click()
    assert officer.page.locator("img.upheld-paper").evaluate("e => e.naturalWidth") == 900
    officer.page.go_back()
    officer.press("The document shows the right person")
    assert "destroyed" in officer.text()


def test_a_copy_asked_for_with_a_document(enter: Enter, demo: Demo, tmp_path: Path) -> None:
    member, who = enter(), somebody()
    register(member, who)
    page = ask(member, "copy")
    assert "We check who you are by" in member.text()
    assert "Once we know that it is you, we finish within 7 working days." in member.text()
    member.look()
    mails = demo.state / "mail"
    assert page.split("/")[-2] in await_letter(mails, who.email, "has arrived").text
    show_document(member, tmp_path)
    assert "Our privacy team looks at it and then destroys it." in member.text()

    officer = enter(PRIVACY)
    officer.open("/privacy/console/requests/")
    officer.look()
    confirm(officer, "Send me a copy of my data")
    officer.look()
    assert "We finish by" in await_letter(mails, who.email, "that it is you").text
    officer.press("Do it and tell the person")
    assert "Done." in officer.text()

    letter = await_letter(mails, who.email, "is done")
    member.open(letter.link("/privacy/me/requests/"))
    member.look()
    with member.page.expect_download() as download:
        member.page.get_by_role("button", name="Download my copy").click()
    with zipfile.ZipFile(download.value.path()) as bundle:
        assert who.street in bundle.read("index.html").decode()
    member.open(page)
    assert "You fetched your copy" in member.text()


def test_a_deletion_asked_for_with_a_document(enter: Enter, demo: Demo, tmp_path: Path) -> None:
    member, who = enter(), somebody()
    register(member, who)
    ask(member, "deletion")
    show_document(member, tmp_path)
    officer = enter(PRIVACY)
    confirm(officer, "Delete my account and my data")
    officer.press("Erase and tell the person")
    assert "The person was erased" in officer.text()
    letter = await_letter(demo.state / "mail", who.email, "is done")
    visitor = enter()
    visitor.open(letter.link("/privacy/receipts/"))
    assert "receipt" in visitor.text().lower()
    member.open("/privacy/me/")
    assert "/accounts/login/" in member.page.url
    with sqlite3.connect(demo.state / "db.sqlite3") as database:
        (left,) = database.execute(
            "SELECT count(*) FROM upheld_identitydocument WHERE content <> ''"
        ).fetchone()
    assert left == 0
