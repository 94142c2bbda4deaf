"""The boards: everybody reads, members write under a warning, each takes back their own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sites.boards.models import Board, Post, Topic
from tests.sites.every.people import make_member
from upheld.context import purpose

pytestmark = pytest.mark.django_db
WARNING = "This is a public place."
TALK = {"title": "Who sharpens blades?", "signed": "Underhill Joinery", "words": "And how soon?"}


@pytest.fixture
def board(db: None) -> str:
    with purpose("upkeep"):
        return Board.objects.create(slug="ask", title="Ask", words="Who knows how.").slug


def begun(client: Client, board: str) -> int:
    answer = client.post(reverse("boards:write-topic", args=[board]), TALK)
    assert answer.status_code == 302, answer.content.decode()
    with purpose("upkeep"):
        return Topic.objects.latest("pk").pk


def test_a_talk_is_read_by_everybody_and_names_nobody_but_who_signed(board: str) -> None:
    client, _ = make_member()
    talk = begun(client, board)
    page = Client().get(reverse("boards:topic", args=[talk])).content.decode()
    assert "Underhill Joinery" in page
    assert "Tamsin" not in page
    assert TALK["title"] in Client().get("/").content.decode()
    assert TALK["title"] in Client().get(reverse("boards:board", args=[board])).content.decode()


def test_the_warning_stands_beside_the_box_before_each_post(board: str) -> None:
    client, _ = make_member()
    talk = begun(client, board)
    for path in (reverse("boards:write-topic", args=[board]), reverse("boards:topic", args=[talk])):
        assert WARNING in client.get(path).content.decode(), path
    assert WARNING not in Client().get(reverse("boards:topic", args=[talk])).content.decode()


def test_somebody_else_answers(board: str) -> None:
    client, _ = make_member()
    talk = begun(client, board)
    other, _ = make_member("other@tinpost.example")
    answer = {"signed": "Foxley", "words": "Next week."}
    assert other.post(reverse("boards:write-answer", args=[talk]), answer).status_code == 302
    page = Client().get(reverse("boards:topic", args=[talk])).content.decode()
    assert page.index("And how soon?") < page.index("Next week.")
    assert other.post(reverse("boards:write-answer", args=[9999]), answer).status_code == 404


def test_people_take_away_their_own_posts_and_no_others(board: str) -> None:
    client, _ = make_member()
    begun(client, board)
    other, _ = make_member("other@tinpost.example")
    with purpose("upkeep"):
        pk = Post.objects.get().pk
    withdraw = reverse("boards:write-withdraw", args=[pk])
    assert other.post(withdraw).status_code == 404
    assert client.get(withdraw).status_code == 200
    assert client.post(withdraw).status_code == 302
    with purpose("upkeep"):
        assert not Post.objects.exists()


def test_script_in_a_post_is_words(board: str) -> None:
    client, _ = make_member()
    bad = {"title": "<script>1</script>", "signed": "<b>", "words": "<img src=x onerror=1>"}
    client.post(reverse("boards:write-topic", args=[board]), bad)
    with purpose("upkeep"):
        talk = Topic.objects.get().pk
    page = Client().get(reverse("boards:topic", args=[talk])).content.decode()
    assert "<script>1" not in page
    assert "<img src=x" not in page


def test_comments_on_the_statement_have_their_own_way_in() -> None:
    page = Client().get("/privacy/comment/", follow=True)
    assert page.context["form"].initial["topic"] == "comment"
