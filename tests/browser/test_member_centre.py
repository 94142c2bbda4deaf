"""The member centre: see, correct, take, choose, delete."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from pathlib import Path

from tests.browser.conftest import Enter
from tests.browser.demo_process import Demo
from tests.browser.doings import Member, buy, register, send, somebody
from tests.browser.letters import await_letter
from tests.browser.person import STRONG, Person

WEEKLY = "Weekly bundle deals by mail"


def show_password(person: Person) -> None:
    """Answer the fresh sign-in."""
    assert "/privacy/me/fresh/" in person.page.url
    person.page.get_by_label("Your password").fill(STRONG)
    person.press("Go on")


def test_a_member_sees_what_is_held_why_how_long_and_who_used_it(enter: Enter) -> None:
    member, who = enter(), somebody()
    register(member, who)
    buy(member)
    member.open("/")
    member.page.get_by_role("link", name="What we hold about you").click()
    held = member.text()
    for kind in ("Your name", "Your e-mail address", "Where we deliver", "What you bought"):
        assert kind in held
    member.follow("Where we deliver", exact=True)
    page = member.text()
    assert who.street in page
    assert "Sending your order" in page
    assert "Kept: 6 years after order placed." in page
    assert "The carrier of your parcel" in page
    member.page.get_by_text("What we promise about it").first.click()
    assert "We use them to have your parcel delivered." in member.text()

    clerk = enter("dispatch@hearthandhob.example")
    clerk.open("/desk/dispatch/")
    member.open("/privacy/me/uses/")
    seen = member.page.locator("main ol > li").filter(has_text="Staff (Dispatch)").first
    assert "Where we deliver" in seen.inner_text()
    assert "Sending your order" in seen.inner_text()


def test_a_password_is_never_shown(enter: Enter) -> None:
    member, who = enter(), somebody()
    register(member, who)
    member.open("/privacy/me/held/account.secret/")
    assert "kept as a secret, not shown" in member.text()
    assert "pbkdf2" not in member.page.content()


def test_a_member_corrects_the_phone_in_place(enter: Enter) -> None:
    member, who = enter(), somebody()
    register(member, who)
    member.open("/privacy/me/held/contact.phone/")
    card = member.page.locator("section").filter(has_text="Member profile")
    card.get_by_role("link", name="Correct").click()
    member.page.get_by_label("Mobile").fill("+18025550199")
    member.press("Save")
    assert "Saved." in member.text()
    assert "+18025550199" in card.inner_text()


def test_a_wrong_value_is_refused_with_a_reason(enter: Enter) -> None:
    member, who = enter(), somebody()
    register(member, who)
    member.open("/privacy/me/held/contact.email/")
    member.follow("Correct")
    box = member.page.get_by_role("main").get_by_role("textbox")
    box.evaluate("input => input.form.noValidate = true")
    box.fill("no address")
    member.press("Save")
    assert "Enter a valid email address." in member.text()


def test_a_new_e_mail_address_is_used_once_its_link_was_opened(enter: Enter, demo: Demo) -> None:
    member, who = enter(), somebody()
    register(member, who)
    new = f"new.{who.email}"
    member.open("/privacy/me/held/contact.email/")
    member.follow("Correct")
    member.page.get_by_role("main").get_by_role("textbox").fill(new)
    member.press("Save")
    assert f"We sent a link to {new}" in member.text()
    assert who.email in member.text()

    link = await_letter(demo.state / "mail", new, "Confirm").link("/privacy/email/")
    member.page.goto(link)
    member.press("Yes, use it")
    assert "Your new e-mail address is in use." in member.text()
    told = await_letter(demo.state / "mail", who.email, "was changed")
    assert new not in told.text
    later = enter()
    later.sign_in(new, STRONG)
    later.open("/privacy/me/held/contact.email/")
    assert new in later.text()
    assert later.status_of(link) == 404, "the link works once"


def test_a_member_takes_a_copy_after_a_fresh_sign_in(
    enter: Enter, demo: Demo, tmp_path: Path
) -> None:
    member, who = enter(), somebody()
    register(member, who)
    number = buy(member)
    member.open("/privacy/me/download/")
    member.page.get_by_label("Your password").fill("not my password")
    member.press("Go on")
    assert "That is not your password." in member.text()
    show_password(member)
    with member.page.expect_download() as waiting:
        member.page.get_by_role("button", name="Download my data").click()
    copy = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(copy)
    assert copy.name.startswith("my-data-20")

    with zipfile.ZipFile(copy) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    hashes = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    assert hashes == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    page = files["index.html"].decode()
    assert who.street in page
    assert number in page
    assert STRONG not in page


def test_a_member_says_yes_and_then_no(enter: Enter) -> None:
    member, who = enter(), somebody()
    register(member, who)
    member.open("/privacy/choices/")
    asked = member.page.get_by_role("form", name=WEEKLY)
    assert "Off until you say yes" in asked.inner_text()
    member.press(f"Yes: {WEEKLY}")
    assert "You said yes on" in asked.inner_text()
    member.press(f"No: {WEEKLY}")
    assert "You said no on" in asked.inner_text()
    member.open("/privacy/me/uses/")
    assert "You answered a question about" in member.text()


def test_deleting_the_account_says_before_what_stays_and_leaves_nothing_readable(
    enter: Enter, demo: Demo
) -> None:
    member, who = enter(), somebody()
    register(member, who)
    number = buy(member)
    member.open("/privacy/me/")
    member.follow("Delete my account")
    with member.page.expect_response("**/delete/") as refused:
        show_password(member)
    assert refused.value.status == 409
    assert f"We are packing your order {number}" in member.text()
    send(enter("dispatch@hearthandhob.example"), number)
    member.open("/privacy/me/delete/")
    assert "Records of a sale that the tax office may ask for" in member.text()
    assert "2032" in member.text()
    member.page.get_by_label("Yes, delete my account and my data").check()
    member.press("Delete my account")
    assert member.page.get_by_role("heading", level=1).inner_text() == "Your data are deleted"
    receipt = member.page.url
    assert "Records of a sale" in member.text()
    member.open("/privacy/me/")
    assert "/accounts/login/" in member.page.url

    member.sign_in(who.email, STRONG)
    assert "/accounts/login/" in member.page.url
    assert member.status_of(receipt) == 200
    assert_nowhere_in_clear(demo, who)


def assert_nowhere_in_clear(demo: Demo, who: Member) -> None:
    """Search every value of every table for the person."""
    words = [who.email, who.street, who.mobile, who.mobile.replace(" ", ""), who.last]
    database = sqlite3.connect(f"file:{demo.state / 'db.sqlite3'}?mode=ro", uri=True)
    try:
        tables = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        assert "auth_user" in tables
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    found = isinstance(text, str) and any(word in text for word in words)
                    assert not found, f"{table}: {text}"
    finally:
        database.close()
