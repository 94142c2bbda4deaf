"""A model is read by its own words, by the row it hangs on, and by whom its keys lead to."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models

from upheld.datamap.guess import Guess
from upheld.datamap.kin import Kin
from upheld.datamap.readings import Reading, readings
from upheld.datamap.themes import theme_of, words_of

CASCADE = models.CASCADE


@pytest.fixture
def read() -> dict[str, Reading]:
    registry = Apps()
    registry.ready = registry.apps_ready = registry.models_ready = True

    def made(called: str, /, **fields: Any) -> type[models.Model]:
        meta = type("Meta", (), {"apps": registry, "app_label": "made"})
        return type(called, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})

    def text(length: int) -> Any:
        return models.CharField(max_length=length)

    keeper = made("Keeper", login=text(30))
    models_made = [
        keeper,
        made(
            "Ticket",
            sender_email=models.EmailField(),
            assigned_to=models.ForeignKey(keeper, CASCADE, null=True),
            story=models.TextField(),
            opened=models.DateTimeField(),
        ),
        made("Remark", ticket=models.ForeignKey("made.Ticket", CASCADE), words=models.TextField()),
        made(
            "RemarkFile",
            remark=models.ForeignKey("made.Remark", CASCADE),
            stored=models.FileField(),
            size=models.IntegerField(),
        ),
        made(
            "Picture",
            uploaded_by=models.ForeignKey(keeper, CASCADE),
            title=text(9),
            created_at=models.DateTimeField(),
            shown_at=models.DateTimeField(),
            story=models.TextField(),
        ),
        made("Film", author_name=text(99), secret=text(99), street=text(99)),
        made(
            "Answer",
            user=models.ForeignKey(keeper, CASCADE, related_name="+"),
            closed_by=models.ForeignKey(keeper, CASCADE, null=True, related_name="+"),
            agreed_newsletter=models.BooleanField(),
            has_disability=models.BooleanField(),
            is_open=models.BooleanField(),
        ),
        made(
            "Person",
            title=text(9),
            first_name=text(99),
            city=text(99),
            street=text(99),
            search_text=models.TextField(),
            num_orders=models.IntegerField(),
        ),
        made("OrderType", name=text(99), number=text(9)),
        made(
            "Order",
            owner=models.ForeignKey(keeper, CASCADE),
            number=text(9),
            total=models.IntegerField(),
            currency=text(3),
        ),
    ]
    return {m.__name__: each for m, each in readings(models_made, {keeper}).items()}


def whats(reading: Reading) -> dict[str, str]:
    return {name: found.what for name, found in reading.columns.items() if found.what != "key"}


def test_what_hangs_on_a_case_is_part_of_the_case(read: dict[str, Reading]) -> None:
    assert whats(read["Ticket"]) == {
        "sender_email": "contact.email", "story": "case.content", "opened": "case.content"
    }  # fmt: skip
    assert whats(read["Remark"]) == {"words": "case.content"}
    assert whats(read["RemarkFile"]) == {"stored": "case.content", "size": "none"}
    assert read["RemarkFile"].about == "people"


def test_of_what_people_made_only_the_making_is_theirs(read: dict[str, Reading]) -> None:
    picture = read["Picture"]
    assert picture.about == "work"
    assert picture.columns["created_at"] == Guess("staff.action")
    assert picture.columns["title"] == picture.columns["shown_at"] == Guess("none")
    assert picture.columns["story"] == Guess("none", "long text: people write anything into it")


def test_a_row_about_nobody_keeps_only_what_names_a_person(read: dict[str, Reading]) -> None:
    film = read["Film"].columns
    assert film["author_name"] == Guess("name.legal")
    assert film["secret"] == Guess(
        "none",
        "it sounds like `account.secret`, but no way leads to a person: is it the site's own?",
    )
    assert film["street"] == Guess(
        "address.delivery", "no way leads to a person: whose address is it?"
    )


def test_one_key_that_is_never_empty_and_names_no_actor_says_whose_the_row_is(
    read: dict[str, Reading],
) -> None:
    assert read["Answer"].kin == Kin("user", ("closed_by", "user"))


def test_a_switch_is_no_data_unless_it_is_a_choice_or_delicate(read: dict[str, Reading]) -> None:
    assert whats(read["Answer"]) == {
        "agreed_newsletter": "choice.newsletter", "has_disability": "free_text", "is_open": "none"
    }  # fmt: skip


def test_what_stands_beside_a_name_is_read_with_it(read: dict[str, Reading]) -> None:
    assert whats(read["Person"]) == {
        "title": "name.legal",
        "first_name": "name.legal",
        "city": "address.delivery",
        "street": "address.delivery",
        "search_text": "name.legal",
        "num_orders": "order.content",
    }


def test_kinds_of_orders_are_no_orders(read: dict[str, Reading]) -> None:
    assert whats(read["OrderType"]) == {"name": "none", "number": "none"}
    assert whats(read["Order"]) == {
        "number": "order.reference", "total": "order.content", "currency": "none"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("app_label", "model", "category"),
    [
        ("shop", "OrderNote", "order.content"),
        ("basket", "Line", "basket.content"),
        ("x", "WishList", "wish.list"),
        ("x", "SupportRequest", "case.content"),
        ("x", "HTTPSession", "session.content"),
        ("x", "Reordering", None),
        ("x", "Colour", None),
    ],
)
def test_a_theme_needs_a_whole_word(app_label: str, model: str, category: str | None) -> None:
    found = theme_of(app_label, model)
    assert (found.category if found else None) == category


def test_names_fall_into_words() -> None:
    assert words_of("HTTPSession") == "http session"
    assert words_of("order_line2") == "order line 2"
