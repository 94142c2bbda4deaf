"""The tables of campaigns: what is to be said to whom, and how far the sending is."""

from __future__ import annotations

from django.db import models


class Campaign(models.Model):
    """One version of a mailing. It names no person: the segment is a rule, not a list.

    `key` is random and goes into Message-IDs; `family` is the key of the first version.
    `klass`, `purpose`, `topic` and `advertiser` are ids of the policy, `advertiser` empty for
    the site's own goods. `survey` is the key of the survey that it invites to, else empty.
    """

    DRAFT, SENDING, PAUSED, DONE, CANCELLED = "draft", "sending", "paused", "done", "cancelled"
    MARKDOWN, HTML = "markdown", "html"

    key = models.CharField(max_length=20, unique=True)
    family = models.CharField(max_length=20, db_index=True)
    version = models.PositiveIntegerField(default=1)
    edition = models.CharField(max_length=60, null=True, unique=True)
    """What a job makes one of, e.g. `weekly-bundles 2026-W47`; NULL = made by hand."""

    title = models.CharField(max_length=120)
    klass = models.CharField(max_length=100)
    purpose = models.CharField(max_length=100)
    topic = models.CharField(max_length=200, blank=True)
    advertiser = models.CharField(max_length=100, blank=True)
    survey = models.CharField(max_length=20, blank=True)
    subject_line = models.CharField(max_length=150)
    body = models.TextField()
    form = models.CharField(max_length=10, default=MARKDOWN)
    segment = models.JSONField(default=dict)

    state = models.CharField(max_length=10, default=DRAFT)
    because = models.CharField(max_length=255, blank=True)
    """Why it was paused by itself, in plain words."""
    made_by = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    approved_by = models.JSONField(default=list)
    """References of the staff who agreed to this very text."""
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    root = models.PositiveSmallIntegerField(default=0)
    """Which kind of people the walk over the audience is at."""
    after = models.CharField(max_length=64, blank=True)
    """The last key of that kind which was looked at."""
    walked = models.BooleanField(default=False)
    worker = models.CharField(max_length=120, blank=True)
    beat = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """How it ended, `{state: mails}`, kept when the rows of people are gone."""

    class Meta:
        app_label = "upheld"
        db_table = "upheld_campaign"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"


class CampaignMail(models.Model):
    """One mail of a campaign to one person: there is never a second row.

    `address` is a keyed digest of the address in one form, so that two accounts with one
    address get one mail. `handing` is written before the mail server is told anything: what
    is found in it after a crash may or may not have arrived, and becomes `unsure`.
    """

    QUEUED, HANDING, SENT = "queued", "handing", "sent"
    REFUSED, SKIPPED, UNSURE = "refused", "skipped", "unsure"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="mails")
    subject = models.CharField(max_length=255)
    address = models.CharField(max_length=20)
    root = models.PositiveSmallIntegerField()
    row = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=QUEUED)
    reason = models.CharField(max_length=40, blank=True)
    """Why it was skipped or refused: a stable word."""
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_campaignmail"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "subject"], name="upheld_campaignmail_one"),
            models.UniqueConstraint(
                fields=["campaign", "address"],
                condition=~models.Q(address=""),
                name="upheld_campaignmail_address",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="upheld_campaignmail_state"),
            models.Index(fields=["subject"], name="upheld_campaignmail_subject"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}: {self.state}"
