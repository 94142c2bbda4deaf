"""The tables of surveys: questions, unspent invitations about nobody, answers about nobody.

Nothing here names a person, and no two tables share a key: an invitation is a digest of a
random token, an answer a random number and a value. Neither has a time. Keys are always given,
never counted; they are `BigAutoField`s because SQLite then stores rows by the random key and
keeps no hidden number that tells the order.
"""

from __future__ import annotations

from django.db import models


class Survey(models.Model):
    """A set of questions. `floor` is the least number of people a result may speak of."""

    DRAFT, OPEN, CLOSED = "draft", "open", "closed"

    key = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    intro = models.TextField(blank=True)
    purpose = models.CharField(max_length=100)
    questions = models.JSONField(default=list)
    floor = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=DRAFT)
    made_by = models.CharField(max_length=255)
    made_on = models.DateField()
    closed_on = models.DateField(null=True)
    answered = models.PositiveIntegerField(default=0)
    """How many people answered."""

    class Meta:
        app_label = "upheld"
        db_table = "upheld_survey"
        ordering = ["-made_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class SurveyToken(models.Model):
    """An invitation that was not used yet: SHA-256 of its random token. Deleted by its use."""

    id = models.BigAutoField(primary_key=True)
    survey = models.CharField(max_length=20, db_index=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_surveytoken"

    def __str__(self) -> str:
        return "an invitation"


class SurveyAnswer(models.Model):
    """One answer to one question, by nobody: what one person answered to two questions is
    not kept together either. The key is random and says nothing of the order."""

    id = models.BigAutoField(primary_key=True)
    survey = models.CharField(max_length=20)
    question = models.CharField(max_length=40)
    value = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_surveyanswer"
        indexes = [
            models.Index(fields=["survey", "question"], name="upheld_surveyanswer_question"),
        ]

    def __str__(self) -> str:
        return "an answer"
