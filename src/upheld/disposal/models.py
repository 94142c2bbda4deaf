"""What disposal keeps: holds that people placed, runs of the sweep, shells that wait for their
rows to go, and work on files and outside stores that is not confirmed yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class LegalHold(models.Model):
    """A hold of the policy that lasts until it is released, placed on one person.

    `hold` is the id in the policy, `note` a file number or the like. Released in two steps by
    two people: one asks, another one agrees. Never deleted: it shows why something stayed.
    """

    subject = models.CharField(max_length=255)
    hold = models.CharField(max_length=100)
    note = models.CharField(max_length=200)
    placed_by = models.CharField(max_length=255)
    placed_at = models.DateTimeField()
    asked_by = models.CharField(max_length=255, blank=True)
    asked_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=255, blank=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_legalhold"
        ordering = ["-placed_at"]
        indexes = [
            models.Index(
                fields=["subject", "hold"],
                name="upheld_legalhold_open",
                condition=Q(released_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.hold} {self.pk}"


class SweepRun(models.Model):
    """One run of the sweep. `day` is the day it counted by; unfinished = was interrupted, and
    the next run goes on with it. `counts` is `{rule: rows}` so far."""

    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    slices = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    overdue = models.IntegerField(default=0)
    """Rows that were still overdue when it ended."""

    class Meta:
        app_label = "upheld"
        db_table = "upheld_sweeprun"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"sweep of {self.day}"


class Shell(models.Model):
    """A row that an erasure emptied and could not delete, since something kept or somebody
    else's hangs on it. It holds nothing; the sweep deletes it when nothing hangs on it."""

    label = models.CharField(max_length=200)
    row = models.CharField(max_length=200)
    """The primary key as text."""
    made_at = models.DateTimeField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_shell"
        constraints = [models.UniqueConstraint(fields=["label", "row"], name="upheld_shell_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.row}"


class OutsideTask(models.Model):
    """Something to be removed outside the database, tried again until the store confirms.

    `what` says what, sealed under a key of the task's own, which is destroyed when it is done.
    """

    key = models.CharField(max_length=32, primary_key=True)
    store = models.CharField(max_length=100)
    what = models.TextField()
    receipt = models.CharField(max_length=32, blank=True)
    """Of the erasure it belongs to, empty for the sweep's."""
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    """Type of the last error, never its text: that may name the person."""
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_outsidetask"
        indexes = [
            models.Index(
                fields=["next_at"],
                name="upheld_outsidetask_due",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["receipt"], name="upheld_outsidetask_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.key}"
