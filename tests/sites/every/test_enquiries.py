"""Questions to a business: kept under the writer's name, answered by one post, seen by no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from sites.enquiries.models import Enquiry, Feedback
from sites.enquiries.topics import themes, topics
from sites.enquiries.views import POST
from tests.sites.every.people import make_clerk, make_member
from upheld.context import purpose

pytestmark = pytest.mark.django_db
QUESTION = "When do you open on the day after the fair?"


def asked(email: str = "writer@tinpost.example", **more: Any) -> dict[str, Any]:
    given = {"topic": topics()[0].id, "name": "Wilma Foxley", "email": email, "words": QUESTION}
    return given | more


def test_a_visitors_question_is_kept_and_answered_by_mail(visitor: Client) -> None:
    assert visitor.post(reverse("enquiries:contact"), asked()).status_code == 302
    clerk = make_clerk(POST)
    assert "Wilma Foxley" in clerk.get(reverse("enquiries:desk")).content.decode()
    with purpose("upkeep"):
        pk = Enquiry.objects.get().pk
    one = reverse("enquiries:desk-one", args=[pk])
    assert QUESTION in clerk.get(one).content.decode()
    assert clerk.post(one, {"answer": "At nine."}).status_code == 302
    assert [m.to for m in mail.outbox] == [["writer@tinpost.example"]]
    assert "At nine." in mail.outbox[0].body
    clerk.post(one, {"answer": "At ten."})
    assert len(mail.outbox) == 1
    closed = clerk.get(reverse("enquiries:desk") + "?closed=1").content.decode()
    assert "Wilma Foxley" in closed


def test_names_and_addresses_are_sealed_where_they_lie(visitor: Client) -> None:
    visitor.post(reverse("enquiries:contact"), asked())
    with connection.gate.trusting(), connection.cursor() as cursor:
        cursor.execute("SELECT name, email FROM enquiries_enquiry")
        ((name, email),) = cursor.fetchall()
    assert "Foxley" not in name
    assert "writer" not in email


def test_a_member_sees_the_own_question_among_the_own_data() -> None:
    client, user = make_member()
    stranger, _ = make_member("stranger@tinpost.example")
    client.post(reverse("enquiries:contact"), asked(user.email))
    with purpose("own", subject=f"member:{user.pk}"):
        assert Enquiry.objects.count() == 1
    held = reverse("upheld:me-category", args=["case.content"])
    assert QUESTION in client.get(held).content.decode()
    assert QUESTION not in stranger.get(held).content.decode()


@pytest.mark.parametrize("post", ["marketing", "privacy"])
def test_the_desk_is_closed_to_other_posts(post: str) -> None:
    clerk = make_clerk(post)
    for route in ("enquiries:desk", "enquiries:desk-heard"):
        assert clerk.get(reverse(route)).status_code == 403


def test_a_call_is_entered_by_staff_for_the_person() -> None:
    clerk = make_clerk(POST)
    given = asked("caller@tinpost.example", way="phone")
    assert clerk.post(reverse("enquiries:desk-heard"), given).status_code == 302
    with purpose("upkeep"):
        assert Enquiry.objects.get().way == "phone"


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"words": ""}, {"topic": "nothing"}, {"words": "x" * 4001}]
)
def test_what_cannot_be_answered_is_not_kept(visitor: Client, wrong: dict[str, str]) -> None:
    page = visitor.post(reverse("enquiries:contact"), asked(**wrong))
    assert page.status_code == 200
    assert "Please look at the fields marked below." in page.content.decode()
    with purpose("upkeep"):
        assert not Enquiry.objects.exists()


def test_feedback_has_no_name_unless_a_member_gives_it(visitor: Client) -> None:
    given = {"theme": themes()[0].id, "mark": "4", "words": "Quick."}
    assert visitor.post(reverse("enquiries:feedback"), given).status_code == 302
    client, user = make_member()
    client.post(reverse("enquiries:feedback"), given)
    with purpose("upkeep"):
        assert sorted(Feedback.objects.values_list("user_id", flat=True), key=str) == sorted(
            [None, user.pk], key=str
        )
