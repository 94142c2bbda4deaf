"""Two members, the gate in place, and mail that stays in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from upheld import consent
from upheld.context import Actor, purpose

ENGINE = Actor("system", "system:test")
LIST = "weekly_bundle_mail"


@dataclass(frozen=True)
class Person:
    user: User
    subject: str

    @property
    def address(self) -> str:
        return str(self.user.email)

    def says(self, answer: bool) -> None:
        consent.record(
            self.subject,
            LIST,
            answer,
            wording="Weekly offers by mail",
            version="2026-11-22",
            place="test",
            method="form",
        )


def make(name: str, address: str = "") -> Person:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(
            username=name, email=address or f"{name}@post.example", password="pine-cone-river-9"
        )
    return Person(user, f"member:{user.pk}")


def letter(person: Person, **said: Any) -> EmailMessage:
    given: dict[str, Any] = {"subject": "News", "body": "A kettle.", "to": [person.address]}
    return EmailMessage(**(given | said))


@pytest.fixture
def anna(db: None) -> Person:
    return make("anna")


@pytest.fixture
def bert(db: None) -> Person:
    return make("bert")


@pytest.fixture(autouse=True)
def _pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.mail.urls"
