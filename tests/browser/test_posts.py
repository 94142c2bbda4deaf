"""Staff see what their post needs, and a page that names the promise where it ends."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Enter
from tests.browser.person import PRIVACY

DOORS = {
    "/desk/dispatch/": "dispatch",
    "/desk/returns/": "aftersales",
    "/desk/products/": "catalogue",
    "/privacy/console/": "privacy",
}
POSTS = ("dispatch", "aftersales", "catalogue", "privacy", "marketing")


@pytest.mark.parametrize("post", POSTS)
def test_each_desk_opens_for_its_own_post_only(enter: Enter, post: str) -> None:
    clerk = enter(f"{post}@hearthandhob.example")
    for path, owner in DOORS.items():
        clerk.open(path, status=200 if owner == post else 403)


def test_a_closed_desk_names_the_promise_behind_it(enter: Enter) -> None:
    clerk = enter("dispatch@hearthandhob.example")
    clerk.open("/desk/returns/", status=403)
    assert "What we promised" in clerk.text()
    promise = "We use them to handle returns, refunds and faults that show up later."
    clerk.follow(promise)
    assert clerk.page.url.endswith("/privacy/promise/returns/")


def test_dispatch_sees_addresses_and_no_e_mail(enter: Enter) -> None:
    clerk = enter("dispatch@hearthandhob.example")
    clerk.open("/desk/dispatch/")
    clerk.page.locator("main ul.rows a").first.click()
    assert clerk.page.locator("main address").first.inner_text().count("\n") >= 3
    assert "@" not in clerk.text()


def test_marketing_counts_people_and_sees_nobody(enter: Enter) -> None:
    clerk = enter("marketing@hearthandhob.example")
    clerk.follow("Campaigns")
    assert "Your second factor" in clerk.text()
    clerk.show_second_factor("marketing@hearthandhob.example")
    clerk.open("/privacy/console/campaigns/")
    assert "57" in clerk.text()
    assert "@" not in clerk.text()


def test_staff_work_is_closed_to_members_and_visitors(enter: Enter) -> None:
    member, visitor = enter("member@hearthandhob.example"), enter()
    for path in (*DOORS, "/desk/"):
        member.open(path, status=403)
        assert "@" not in member.text()
        visitor.open(path)
        assert "/accounts/login/" in visitor.page.url


def test_the_privacy_team_sees_the_state_of_the_house(enter: Enter) -> None:
    other = enter("marketing@hearthandhob.example")
    other.open("/desk/dispatch/", status=403)
    officer = enter("privacy@hearthandhob.example")
    officer.open("/privacy/console/")
    page = officer.text()
    assert "0\nprobes broken" in page or "0 probes broken" in page
    row = officer.page.get_by_role("region", name="Refusals").locator("tbody tr").first
    assert "Marketing" in row.inner_text()
    assert "Sending your order" in row.inner_text()
    officer.page.get_by_text("probes", exact=False).locator("visible=true").last.click()
    assert "kept" in officer.page.get_by_role("region", name="Probes").inner_text()


def test_the_privacy_team_needs_its_second_factor(enter: Enter) -> None:
    officer = enter()
    officer.sign_in(PRIVACY, second_factor=False)
    for path in ("/privacy/console/", "/privacy/console/requests/"):
        officer.open(path)
        assert "Your second factor" in officer.text()
    officer.look()
    officer.page.get_by_label("Code from your app").fill("000000")
    officer.press("Go on", exact=True)
    assert "This code is not right." in officer.text()
    officer.show_second_factor(PRIVACY)
    officer.open("/privacy/console/requests/")
    assert "Privacy desk" in officer.text()
