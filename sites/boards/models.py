"""Boards, topics and posts: everything that is written here is public."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Board(models.Model):
    """A place for one kind of talk, made by the house."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=200)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """A talk that somebody began."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="talks")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topics"
    )
    title = models.CharField(max_length=120)
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"topic {self.pk}"


class Post(models.Model):
    """One entry. `signed` is the name that its author chose to show with it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts"
    )
    signed = models.CharField(max_length=80)
    words = models.TextField()
    posted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["posted_at", "pk"]

    def __str__(self) -> str:
        return f"post {self.pk}"
