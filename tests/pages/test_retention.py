"""The console's page on retention: seen by the privacy post alone, holds in two steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings

from tests.disposal.conftest import ENGINE, bill, days_ago, governed, keeps
from tests.pages.test_requests import browser
from upheld.context import purpose
from upheld.disposal.models import LegalHold
from upheld.journal import fresh_buffer

PAGE = "/privacy/console/retention/"
EVERYTHING = ("order.content", "order.reference", "contact.email")


@pytest.fixture(autouse=True)
def _governed(db: None) -> Iterator[None]:
    given = settings.UPHELD | {"SECOND_FACTOR": "tests.pages.factor.Factor"}
    sending = keeps("sending", EVERYTHING, "order.placed", "30 days", hold=("dispute",))
    with (
        fresh_buffer(),
        override_settings(
            UPHELD=given,
            ROOT_URLCONF="tests.pages.site",
            LOGIN_URL="/sign-in/",
            MIDDLEWARE=[
                *settings.MIDDLEWARE,
                "django.contrib.messages.middleware.MessageMiddleware",
            ],
            TEMPLATES=[
                {
                    **settings.TEMPLATES[0],
                    "OPTIONS": {
                        "context_processors": [
                            "django.template.context_processors.request",
                            "django.contrib.auth.context_processors.auth",
                            "django.contrib.messages.context_processors.messages",
                        ]
                    },
                }
            ],
        ),
        governed(sending, events={"clinic.Invoice": {"order.placed": "placed"}}),
    ):
        yield


def clerk(name: str, post: str = "privacy") -> Client:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    return browser(user, factor=True)


def test_nobody_else_gets_in() -> None:
    assert clerk("otto", "dispatch").get(PAGE).status_code == 403


def test_what_is_overdue_is_said_with_its_rule() -> None:
    bill("a", days_ago(400))
    page = clerk("ines").get(PAGE).content.decode()
    assert "1 row: <code>clinic.Invoice after order.placed + 30 days</code>" in page
    assert "30 days after order placed" in page


def test_a_hold_is_placed_and_released_by_two_people() -> None:
    one, two = clerk("ines"), clerk("paul")
    answer = one.post(
        PAGE, {"do": "place", "subject": "member:7", "hold": "dispute", "note": "file 7"}
    )
    assert answer.status_code == 302
    hold = LegalHold.objects.get()
    given = {"number": str(hold.pk)}
    one.post(PAGE, {"do": "ask", **given})
    told = one.post(PAGE, {"do": "release", **given}, follow=True).content.decode()
    assert "The release of a hold needs a second person" in told
    hold.refresh_from_db()
    assert hold.released_at is None
    two.post(PAGE, {"do": "release", **given})
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert hold.asked_by != hold.released_by
