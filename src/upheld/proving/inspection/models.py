"""What inspections leave behind: one row for each run, one for each weakness found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Inspection(models.Model):
    """One run of the inspection. `results` is `{check: "fine" | "weak" | "unknown"}`."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=255)
    results = models.JSONField(default=dict)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_inspection"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"inspection of {self.started_at:%Y-%m-%d}"


class Weakness(models.Model):
    """A weakness: how bad, until when to be repaired, who repaired it, who looked again.

    `check_id` names the check that found it, or is empty for what people noted. Found once
    more after its repair, it is a new row. Never deleted: it shows what became of it.
    """

    check_id = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=300)
    severity = models.CharField(max_length=10)
    """`critical`, `high`, `medium` or `low`."""
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=255)
    due_on = models.DateField()
    """The last day for its repair."""
    repair = models.CharField(max_length=300, blank=True)
    """What was done, in words."""
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.CharField(max_length=255, blank=True)
    looked_at = models.DateTimeField(null=True)
    """When another person looked again and found it repaired."""
    looked_by = models.CharField(max_length=255, blank=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_weakness"
        ordering = ["looked_at", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_id", "what"],
                condition=Q(repaired_at__isnull=True) & ~Q(check_id=""),
                name="upheld_weakness_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.severity} {self.pk}"
