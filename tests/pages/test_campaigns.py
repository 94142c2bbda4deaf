"""The console of campaigns and surveys: for the posts that send mailings, with counts alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client, override_settings

from tests.mail.campaigns.stage import ASKING, ENGINE, NEWS, likes, person, policy_with
from tests.pages.test_requests import browser
from upheld import journal
from upheld.context import purpose
from upheld.datamap.active import active, override
from upheld.evidence.leaf import decode
from upheld.journal import fresh_buffer
from upheld.journal.models import Leaf
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.sending import send
from upheld.mail.surveys.models import Survey
from upheld.mail.surveys.tokens import links_for
from upheld.policy.types import Post

LIST, SURVEYS = "/privacy/console/campaigns/", "/privacy/console/surveys/"
GIVEN = {
    "title": "Bundles",
    "about": f"{NEWS}|bundles",
    "klass": "marketing",
    "subject_line": "Two for one",
    "body": "Hello {name}, [see them](/bundles/).",
    "form": "markdown",
    "data1": "taste.colour",
    "how1": "is",
    "values1": "sage, plum",
}


@pytest.fixture(autouse=True)
def _governed(db: None) -> Iterator[None]:
    given = settings.UPHELD | {"SECOND_FACTOR": "tests.pages.factor.Factor"}
    policy = policy_with(
        posts=active().policy.posts | {"marketing": Post("marketing", second_factor=True)}
    )
    with (
        fresh_buffer(),
        override_settings(UPHELD=given, ROOT_URLCONF="tests.pages.site", LOGIN_URL="/sign-in/"),
        override(policy=policy),
    ):
        yield


def clerk(name: str = "arlo", post: str = "marketing", *, factor: bool = True) -> Client:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(name, email=f"{name}@aldgrove.example", is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    return browser(user, factor=factor)


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined] # a response


def test_nobody_else_gets_in() -> None:
    for page in (LIST, SURVEYS, f"{LIST}new/"):
        assert clerk(f"otto{len(page)}", "dispatch").get(page).status_code == 403
        assert Client().get(page).status_code == 302
    asked = clerk("late", factor=False).get(LIST)
    assert asked.headers["Location"].startswith("/privacy/console/second-factor/")


def test_from_the_draft_to_the_last_mail() -> None:
    for number in range(6):
        likes(person(f"p{number}"), "sage")
    likes(person("other"), "white")
    arlo = clerk()
    answer = arlo.post(f"{LIST}new/", GIVEN)
    assert answer.status_code == 302, answer.content.decode()
    page = answer.headers["Location"]
    shown = text(arlo.get(page))
    assert "<b>draft</b> would reach 6" in shown
    assert 'href="http://127.0.0.1:8000/bundles/"' in shown
    assert "Hello Sam Sample," in shown
    assert "post.example" not in shown

    assert "A test went to your own address." in text(arlo.post(page, {"do": "test"}, follow=True))
    (test,) = mail.outbox
    assert (test.to, test.subject) == (["arlo@aldgrove.example"], "[Test] Two for one")
    mail.outbox.clear()

    assert "Started." in text(arlo.post(page, {"do": "start"}, follow=True))
    arlo.post(page, {"do": "start"})  # a double click
    send(Campaign.objects.get(), patience=0)
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"p{number}@post.example" for number in range(6)
    ]
    shown = text(arlo.get(page))
    assert "<b>done</b>" in shown
    assert "<b>6</b> sent" in shown
    assert "post.example" not in shown
    assert "make a new version" in text(arlo.get(f"{page}edit/", follow=True)).lower()
    copy = arlo.post(page, {"do": "version"})
    assert copy.headers["Location"] != page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"body": "[x](https://x.example/?uid=1)"}, "which stands for a person. Take it out."),
        ({"values1": ""}, "A condition has 1 to 50 values."),
        ({"subject_line": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(given: dict[str, str], said: str) -> None:
    answer = clerk().post(f"{LIST}new/", GIVEN | given)
    assert answer.status_code == 400
    assert said in text(answer)
    assert not Campaign.objects.exists()


def test_a_survey_from_its_questions_to_its_results() -> None:
    for number in range(6):
        person(f"p{number}", agrees=(ASKING,))
    arlo = clerk()
    questions = "How fast? | scale 3\nWhy us? | choice price; near by\nAnything else? | text"
    answer = arlo.post(
        f"{SURVEYS}new/", {"title": "Your visit", "purpose": ASKING, "questions": questions}
    )
    assert answer.status_code == 302, answer.content.decode()
    page = answer.headers["Location"]
    assert "from 1 to 3" in text(arlo.get(page))
    campaign_page = arlo.post(
        page, {"do": "invite", "subject_line": "Tell us", "body": "Two minutes?"}
    ).headers["Location"]
    arlo.post(campaign_page, {"do": "start"})
    survey = Survey.objects.get()
    send(Campaign.objects.get(), patience=0, links=partial(links_for, survey.key, using="default"))
    links = [re.search(r"/privacy/survey/[\w-]+/", str(m.body)) for m in mail.outbox]
    for found in links:
        assert found is not None
        Client().post(found[0], {"q1": "3", "q2": "price", "q3": "Fine"})
    assert "<b>5 or more</b> answered" in text(arlo.get(page))
    assert arlo.get(f"{page}table/").status_code == 404
    closed = text(arlo.post(page, {"do": "close"}, follow=True))
    assert "6 people answered" in closed
    table = arlo.get(f"{page}table/").content.decode()
    assert "How fast?,3,6" in table.splitlines()


def test_no_event_ties_a_person_to_an_answer() -> None:
    """Somebody who is signed in answers: the log says nothing of it."""
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user("ann", email="ann@post.example")
    survey = Survey(
        key="k" * 20, title="x", purpose=ASKING, floor=5, state=Survey.OPEN, made_by="-",
        made_on="2026-11-22", questions=[{"id": "q1", "asks": "How?", "form": "text"}],
    )  # fmt: skip
    survey.save()
    (link,) = links_for(survey.key, [_somebody()], "default").values()
    client = browser(user)
    path = link.removeprefix("http://127.0.0.1:8000")
    journal.sequence()
    before = Leaf.objects.count()
    assert client.get(path).status_code == 200
    assert client.post(path, {"q1": "fine"}).status_code == 200
    journal.sequence()
    noted = [decode(leaf.text) for leaf in Leaf.objects.filter(index__gte=before)]
    assert noted  # that she is signed in was read, as at every page
    assert not [leaf for leaf in noted if "survey" in f"{leaf.place} {leaf.model}".lower()]


def _somebody() -> object:
    from upheld.mail.campaigns.audience import Person

    return Person(0, "1", "member:1", "ann@post.example", "")
