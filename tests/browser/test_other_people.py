"""Somebody else's numbers in an address lead to nothing."""

from __future__ import annotations

import re

from tests.browser.conftest import Enter
from tests.browser.doings import buy, register, somebody


def test_another_members_numbers_open_nothing(enter: Enter) -> None:
    owner, member = enter(), somebody()
    register(owner, member)
    number = buy(owner)
    owner.open("/privacy/me/held/contact.phone/")
    edits = owner.page.get_by_role("link", name="Correct").evaluate_all(
        "all => all.map(a => a.pathname)"
    )
    assert edits
    owner.open("/privacy/me/held/address.delivery/")
    edits += owner.page.get_by_role("link", name="Correct").evaluate_all(
        "all => all.map(a => a.pathname)"
    )
    owner.open("/accounts/addresses/")
    found = re.search(r"/accounts/addresses/\d+/", owner.page.content())
    assert found is not None
    theirs = [
        f"/accounts/orders/{number}/",
        f"/accounts/orders/{number}/details/",
        f"/accounts/orders/{number}/return/",
        f"/orders/{number}/{'A' * 43}/",
        found[0],
        *edits,
    ]
    stranger = enter("member@hearthandhob.example")
    visitor = enter()
    for path in theirs:
        assert owner.status_of(path) in (200, 404 if "/orders/HH" in path else 200), path
        stranger.open(path, status=404)
        assert member.street not in stranger.page.content()
        assert visitor.status_of(path) in (302, 404), path


def test_what_is_no_column_or_no_row_is_not_there(enter: Enter) -> None:
    member = enter("member@hearthandhob.example")
    for path in (
        "/privacy/me/held/no.such.kind/",
        "/privacy/me/edit/no.Such.column/1/",
        "/privacy/me/edit/auth.User.email/not-a-number/",
        "/privacy/me/edit/auth.User.email/999999/",
        "/privacy/me/edit/auth.User.password/1/",
        "/desk/returns/999999/",
    ):
        answer = member.status_of(path)
        assert answer in (404, 403), path
