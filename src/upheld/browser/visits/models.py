"""What visits leave: single views for days, totals for good. No column leads to a person."""

from __future__ import annotations

from django.db import models


class Visit(models.Model):
    """One thing seen: a page view, or what a page told of itself afterwards.

    `id` is random and rows are written in shuffled batches, so that their order says no more of
    the time than `hour` does. On PostgreSQL the table is cut into a partition a day. There is
    no index: whatever reads it reads whole days.
    """

    id = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    """By the clock of the site's own zone, as `hour` is."""
    hour = models.SmallIntegerField()
    kind = models.CharField(max_length=8)
    """`view`, `dwell`, `load`, `error` (a script's), `fault` (a page's), `event`, `lost`."""
    page = models.CharField(max_length=120, blank=True)
    previous = models.CharField(max_length=120, blank=True)
    """The page of this site that led here, where the policy stores paths."""
    referrer = models.CharField(max_length=100, blank=True)
    """The host of another site that led here."""
    language = models.CharField(max_length=3, blank=True)
    country = models.CharField(max_length=2, blank=True)
    browser = models.CharField(max_length=24, blank=True)
    system = models.CharField(max_length=12, blank=True)
    device = models.CharField(max_length=8, blank=True)
    detail = models.CharField(max_length=40, blank=True)
    """Which event or error, of a known list."""
    number = models.IntegerField(default=0)
    """`view`: milliseconds the page took; `dwell`: seconds; `load`: milliseconds, all three the
    lower end of a bucket; `fault`: the status; `lost`: how many were not taken."""
    visit = models.BigIntegerField(null=True)
    """A digest of the visit's random number under the day's salt; emptied with the salt."""

    class Meta:
        app_label = "upheld"
        db_table = "upheld_visit"

    def __str__(self) -> str:
        return f"{self.kind} of {self.page}"


class VisitSalt(models.Model):
    """The random salt of today, shared by the workers. There is one row, and none tomorrow."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_visitsalt"

    def __str__(self) -> str:
        return f"salt of {self.day}"


class VisitCell(models.Model):
    """About how many visitors share a value today, as a sketch that names none of them. Gone
    when the day is summed up."""

    day = models.DateField()
    measure = models.CharField(max_length=12)
    value = models.CharField(max_length=250, blank=True)
    registers = models.BinaryField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_visitcell"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "measure", "value"], name="upheld_visitcell_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value} on {self.day}"


class VisitTotal(models.Model):
    """One number of a day's report. Groups smaller than the policy's `minimum_group` are summed
    up under the value `*`; a count that would still tell of too few is NULL."""

    day = models.DateField()
    measure = models.CharField(max_length=12)
    value = models.CharField(max_length=250, blank=True)
    detail = models.CharField(max_length=40, blank=True)
    views = models.BigIntegerField(null=True)
    visitors = models.BigIntegerField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_visittotal"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "measure", "value", "detail"], name="upheld_visittotal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value} on {self.day}"
