"""What leaves the house by people's decision, what comes in by mail, and who keeps the house."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyrage

from tests.browser.conftest import Enter
from tests.browser.demo_process import Demo
from tests.browser.doings import register, somebody
from tests.browser.letters import await_letter
from tests.browser.person import PASSWORD, PRIVACY, STRONG

AUTHORISE = "/privacy/me/given/authorise/named_by_you/"
ADVISER = "Aldous Penrose, 4 Mill Row, Burlington"


def test_from_a_persons_word_to_the_sealed_bundle(enter: Enter, demo: Demo) -> None:
    member, who = enter(), somebody()
    register(member, who)
    member.open(AUTHORISE)
    if "/privacy/me/fresh/" in member.page.url:
        member.page.get_by_label("Your password").fill(STRONG)
        member.press("Go on")
    member.look()
    member.fill(authority=ADVISER, words="Please give my adviser my address.")
    member.page.get_by_label("Where we deliver").check()
    member.press("I authorise it")
    assert "Noted. We check it before anything leaves." in member.page.inner_text("body")
    member.look()

    officer = enter(PRIVACY)
    officer.open("/privacy/console/hand-overs/")
    officer.look()
    officer.follow("Whomever you name in writing")
    assert ADVISER in officer.text()
    officer.look()
    officer.press("I have read it and agree")
    officer.look()
    reader = pyrage.x25519.Identity.generate()
    officer.page.get_by_label("The reader's public key").fill(str(reader.to_public()))
    with officer.page.expect_download() as download:
        officer.page.get_by_role("button", name="Make it and download").click()
    opened = pyrage.decrypt(Path(download.value.path()).read_bytes(), [reader])
    with zipfile.ZipFile(io.BytesIO(opened)) as bundle:
        told = "".join(bundle.read(name).decode() for name in bundle.namelist())
    assert who.street in told
    assert who.mobile.replace(" ", "") not in told.replace(" ", "")
    letter = await_letter(demo.state / "mail", who.email, "data about you were released")
    assert ADVISER in letter.text
    member.open("/privacy/me/given/")
    assert "Aldous Penrose" in member.text()

    officer.open("/privacy/console/inspections/")
    officer.look()
    officer.fill(what="The back door of the store room was open")
    officer.press("Note it")
    officer.page.get_by_label("What was done").first.fill("Shut it and changed the lock")
    officer.press("It is repaired: ")
    assert "somebody else must look again" in officer.text().lower()
    officer.look()
    officer.open("/privacy/console/retention/")
    officer.look()
    officer.open("/privacy/console/releases/new/", status=200)
    officer.look()


def test_letters_are_answered_by_their_own_post(enter: Enter) -> None:
    clerk = enter("aftersales@hearthandhob.example")
    clerk.open("/privacy/mail/support/")
    clerk.look()
    clerk.page.locator("main a[href*='/privacy/mail/support/']").first.click()
    clerk.look()
    clerk.open("/privacy/mail/press/", status=403)


def test_a_clerk_sets_a_second_factor_up(enter: Enter) -> None:
    clerk = enter("dispatch@hearthandhob.example")
    clerk.open("/privacy/console/second-factor/set-up/")
    clerk.page.get_by_label("Your password").fill(PASSWORD)
    clerk.press("Go on")
    assert clerk.page.locator("figure svg").bounding_box() is not None
    clerk.look()
