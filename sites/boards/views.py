"""Reading and writing on the boards. Reading shows what is public; writing is the member's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from sites.boards.forms import PostForm, TopicForm
from sites.boards.models import Board, Post, Topic
from upheld.context import purpose

PAGE = 25
READING = "boards"
"""The purpose of the policy under which everybody reads what is public."""


def boards(request: HttpRequest) -> HttpResponse:
    """List the boards with how much is on them."""
    counted = Board.objects.annotate(count=Count("talks"))
    return render(request, "boards/boards.html", {"boards": counted})


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """List the talks of one board, the newest first."""
    found = get_object_or_404(Board, slug=slug)
    talks = Topic.objects.filter(board=found).annotate(count=Count("posts"))
    page = Paginator(talks, PAGE).get_page(request.GET.get("page"))
    return render(request, "boards/board.html", {"board": found, "page": page})


def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one talk, a page at a time."""
    found = get_object_or_404(Topic.objects.select_related("board"), pk=pk)
    posts = Post.objects.filter(topic=found)
    page = Paginator(posts, PAGE).get_page(request.GET.get("page"))
    return render(request, "boards/topic.html", {"topic": found, "page": page, "form": PostForm()})


@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a talk."""
    found = get_object_or_404(Board, slug=slug)
    form = TopicForm(request.POST or None)
    user: Any = request.user
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            made = Topic.objects.create(board=found, author=user, title=given["title"])
            _post(made, user, given)
        messages.success(request, "It stands on the board.")
        return redirect("boards:topic", pk=made.pk)
    return render(request, "boards/write.html", {"board": found, "form": form})


@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a post to a talk."""
    with purpose(READING):  # the talk is public; what is written is the member's own
        found = get_object_or_404(Topic, pk=pk)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _post(found, request.user, form.cleaned_data)
        messages.success(request, "It stands on the board.")
        return redirect("boards:topic", pk=pk)
    return render(request, "boards/write.html", {"form": form, "topic": found})


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a post of one's own away; what others wrote is not found."""
    user: Any = request.user
    post = get_object_or_404(Post, pk=pk, author_id=user.pk)
    if request.method == "POST":
        talk = post.topic_id
        post.delete()
        messages.success(request, "Your post is gone.")
        return redirect("boards:topic", pk=talk)
    return render(request, "boards/withdraw.html", {"post": post})


def _post(found: Topic, user: Any, given: dict[str, Any]) -> None:
    Post.objects.create(
        topic_id=found.pk, author=user, signed=given["signed"], words=given["words"]
    )
