"""The preferences page: told by the person, one by one, and gone when taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from sites.appliance_shop.tastes.keeping import KINDS
from sites.appliance_shop.tastes.keeping import told as told_by
from tests.sites.appliance_shop.checkout.buyer import Caller, everything, make_member
from upheld import consent
from upheld.context import Actor, purpose
from upheld.errors import PurposeError

PAGE = "/preferences/"


@pytest.fixture
def member(db: None) -> Any:
    from django.core.cache import cache
    from oscar.core.loading import get_model

    with everything():
        get_model("catalogue", "Category").add_root(name="Cold", slug="cold")
    cache.clear()
    yield make_member()
    cache.clear()


@pytest.fixture
def page(member: Any) -> Caller:
    caller = Caller()
    caller.force_login(member)
    return caller


def test_visitors_are_asked_to_sign_in(db: None) -> None:
    answer = Client().get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/accounts/login/?next=/preferences/",
    )


def test_nothing_is_kept_before_anything_is_told(page: Caller, member: Any) -> None:
    text = page.get(PAGE).content.decode()
    assert 'name="take_back"' not in text
    assert "take_all_back" not in text
    assert told(member.pk) == {"kitchen": [], "colour": [], "category": []}
    assert rows() == 0


@pytest.mark.parametrize("value", ["kitchen:country", "colour:sage", "category:cold"])
def test_a_taste_is_told_and_taken_back_by_one_button(
    page: Caller, member: Any, value: str
) -> None:
    kind, _, name = value.partition(":")
    answer = page.post(PAGE, {"tell": value})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert told(member.pk)[kind] == [name]
    assert (
        f'name="take_back" value="{value}" aria-pressed="true"' in page.get(PAGE).content.decode()
    )
    page.post(PAGE, {"take_back": value})
    assert rows() == 0


def test_telling_twice_keeps_one(page: Caller) -> None:
    for _ in range(2):
        page.post(PAGE, {"tell": "colour:sage"})
    assert rows() == 1


def test_another_kitchen_replaces_the_first_and_leaves_no_trace(page: Caller, member: Any) -> None:
    page.post(PAGE, {"tell": "kitchen:country"})
    page.post(PAGE, {"tell": "kitchen:workshop"})
    assert told(member.pk)["kitchen"] == ["workshop"]
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT style FROM tastes_kitchentaste")
        assert cursor.fetchall() == [("workshop",)]


def test_taking_one_back_leaves_the_others(page: Caller, member: Any) -> None:
    for value in ("colour:sage", "colour:plum", "kitchen:bright"):
        page.post(PAGE, {"tell": value})
    page.post(PAGE, {"take_back": "colour:sage"})
    assert told(member.pk) == {"kitchen": ["bright"], "colour": ["plum"], "category": []}


def test_everything_can_be_taken_back_at_once(page: Caller) -> None:
    for value in ("colour:sage", "category:cold", "kitchen:bright"):
        page.post(PAGE, {"tell": value})
    answer = page.post(PAGE, {"take_all_back": "1"}, follow=True)
    assert "Everything is taken back. Nothing of it is kept." in answer.content.decode()
    assert rows() == 0


@pytest.mark.parametrize(
    "sent",
    [{"tell": "colour:mauve"}, {"tell": "shoes:41"}, {"tell": ""}, {"take_back": "shoes:41"}, {}],
)
def test_what_is_not_offered_is_not_kept(page: Caller, sent: dict[str, str]) -> None:
    assert page.post(PAGE, sent).status_code == 404
    assert rows() == 0


def test_a_category_that_is_gone_can_still_be_taken_back(page: Caller, member: Any) -> None:
    page.post(PAGE, {"tell": "category:cold"})
    from oscar.core.loading import get_model

    with everything():
        get_model("catalogue", "Category").objects.all().delete()
    assert 'name="take_back" value="category:cold"' in page.get(PAGE).content.decode()
    page.post(PAGE, {"take_back": "category:cold"})
    assert told(member.pk)["category"] == []


@pytest.mark.parametrize("work", ["order_fulfilment", "after_sales", "weekly_bundle_mail"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_post_can_write_what_a_member_likes(member: Any, kind: str, work: str) -> None:
    posts = frozenset({"dispatch", "after_sales", "marketing"})
    found = KINDS[kind]
    with (
        purpose(work, actor=Actor("staff", "member:0", posts)),
        pytest.raises(PurposeError),
    ):
        found.model.objects.create(user=member, **{found.column: "sage"})


def test_nobody_can_tell_for_somebody_else(page: Caller, member: Any) -> None:
    other = make_member("silas.mirk@post.example")
    ref = f"member:{other.pk}"
    with (
        purpose("own", actor=Actor("member", ref), subject=ref),
        pytest.raises(PurposeError),
        transaction.atomic(),
    ):
        KINDS["colour"].model.objects.create(user=member, colour="sage")
    assert told(member.pk)["colour"] == []


def test_what_was_told_is_shown_in_the_member_centre_and_changed_on_the_page_only(
    page: Caller,
) -> None:
    page.post(PAGE, {"tell": "colour:sage"})
    text = page.get("/privacy/me/held/taste.colour/").content.decode()
    assert "Sage green" in text
    assert "/privacy/me/edit/tastes" not in text


def test_each_newsletter_has_a_box_of_its_own_without_a_tick(page: Caller, member: Any) -> None:
    text = page.get(PAGE).content.decode()
    assert text.count('type="checkbox"') == 3
    assert " checked" not in text
    page.post(PAGE, {"newsletters": "1", "consent_discount_mail": "on"})
    states = consent.state(f"member:{member.pk}")
    assert {id for id, one in states.items() if one.granted} == {"discount_mail"}
    kept = {one.purpose: one for one in consent.history(f"member:{member.pk}")}
    assert kept["discount_mail"].wording.startswith("Yes, please: Discounts by mail")
    assert kept["discount_mail"].place == "preferences"


def test_newsletters_that_were_answered_are_one_link_away(page: Caller) -> None:
    page.post(PAGE, {"newsletters": "1"})
    text = page.get(PAGE).content.decode()
    assert 'href="/privacy/choices/">Choose newsletters' in text
    assert 'type="checkbox"' not in text


def told(member: int) -> dict[str, list[str]]:
    with purpose("own", subject=f"member:{member}"):
        return told_by(member)


def rows() -> int:
    with everything():
        return sum(kind.model.objects.count() for kind in KINDS.values())
