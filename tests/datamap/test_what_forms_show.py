"""Columns whose names tell nothing: read by their checks, their labels and their types."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.validators import EmailValidator, validate_ipv46_address
from django.db import models

from upheld.datamap.guess import Guess, guess


class SealedPhoneField(models.CharField):
    """A type of another package; the words of its name tell what it holds."""


def drafted(field: Any, name: str = "extra") -> Guess:
    field.set_attributes_from_name(name)
    return guess(field, about_people=True)


@pytest.mark.parametrize(
    ("field", "what"),
    [
        (models.CharField(max_length=99, validators=[EmailValidator()]), "contact.email"),
        (models.CharField(max_length=99, validators=[validate_ipv46_address]), "technical.visit"),
        (models.CharField("Mobile phone", max_length=99), "contact.phone"),
        (models.CharField("Family name", max_length=99), "name.legal"),
        (models.CharField("Post code", max_length=9), "address.delivery"),
        (SealedPhoneField(max_length=99), "contact.phone"),
    ],
)
def test_settled_without_a_name(field: Any, what: str) -> None:
    assert drafted(field) == Guess(what)


def test_a_help_text_is_a_hint_to_look_at() -> None:
    field = models.CharField(max_length=99, help_text="An e-mail address of somebody close.")
    assert drafted(field) == Guess("contact.email", "its help text speaks of it")
    choices = models.CharField(max_length=9, choices=[("a", "A")], help_text="by phone or not")
    assert drafted(choices).what == "none"


def test_the_name_comes_first() -> None:
    assert drafted(models.CharField("City", max_length=99), "phone") == Guess("contact.phone")


def test_keys_and_numbers_of_people() -> None:
    found = drafted(models.CharField(max_length=40), "ping_key_readonly")
    assert found == Guess("account.secret", "a key: does it let somebody in?")
    number = drafted(models.IntegerField(), "customer_id")
    assert (number.what, bool(number.unsure)) == ("account.login", True)
