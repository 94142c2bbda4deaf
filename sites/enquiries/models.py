"""Enquiries and feedback. Whose an enquiry is: the member's, or whoever has the address."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Enquiry(models.Model):
    """One question and its answer. `topic` is one of the site's `ENQUIRY_TOPICS`; `about` names
    what it is about (a product, an order), if anything."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="enquiries"
    )
    topic = models.CharField(max_length=40)
    about = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=150, blank=True)
    words = models.TextField()
    answer = models.TextField(blank=True)
    way = models.CharField(max_length=12, default="page")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "enquiries"
        indexes = [models.Index(fields=["state", "opened_at"], name="enquiries_by_state")]

    def __str__(self) -> str:
        return f"enquiry {self.pk}"


class Feedback(models.Model):
    """What somebody thought of the site or a service: a mark from 1 to 5 and, if they like,
    words. No name is asked for; a member's own is theirs to see and delete."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="feedback"
    )
    theme = models.CharField(max_length=40)
    mark = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"feedback {self.pk}"
