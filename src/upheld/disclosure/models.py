"""What went to whom, and what recipients must still be told.

No value is kept here: a hand-over remembers rows and names of fields, and reads them again
when it is sent.
"""

from __future__ import annotations

import secrets

from django.db import models


def _reference() -> str:
    return secrets.token_hex(12)


class HandOver(models.Model):
    """One hand-over to one recipient.

    queued -> sending -> sent; or failed, after the last attempt or by the recipient's word; or
    dropped, when nothing of it may be sent any more.

    `key` is the idempotency key the recipient sees. `feed` names the registered feed, empty
    for a call through an SDK or a bundle. `way` says how it goes (`http`, `sftp`, `file`,
    `call`). `fields` are the names sent, `categories` their categories, `digest` the SHA-256
    of the last bytes sent, `ground` what it rests on besides the purpose, `answer` the
    recipient's own words, cut. `contract` and `country` are those of the day.
    """

    QUEUED, SENDING, SENT, FAILED, DROPPED = "queued", "sending", "sent", "failed", "dropped"

    key = models.CharField(max_length=24, unique=True, default=_reference)
    recipient = models.CharField(max_length=100)
    purpose = models.CharField(max_length=100)
    feed = models.CharField(max_length=100, blank=True)
    way = models.CharField(max_length=10)
    ground = models.CharField(max_length=255, blank=True)
    fields = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    contract = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    rules = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    state = models.CharField(max_length=10, default=QUEUED)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    answer = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_handover"
        ordering = ["-queued_at", "-pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="upheld_handover_due")]

    def __str__(self) -> str:
        return f"{self.key} to {self.recipient}"


class HandedRow(models.Model):
    """One row of a hand-over. `reference` is the only name the recipient gets for it.

    `subject` is whose it is (`kind:value`, empty = nobody's); an erasure deletes the row and
    leaves a `Notice` with the reference.
    """

    handover = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="handed")
    subject = models.CharField(max_length=255, blank=True)
    row = models.CharField(max_length=64)
    reference = models.CharField(max_length=24, unique=True, default=_reference)
    left_out = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_handedrow"
        indexes = [models.Index(fields=["subject"], name="upheld_handedrow_subject")]

    def __str__(self) -> str:
        return self.reference


class Notice(models.Model):
    """What a recipient must still do with a row it was given: erase it, or correct it.

    Kept until the recipient answers. `reference` leads nowhere but to the recipient's copy.
    """

    ERASE, CORRECT = "erase", "correct"
    QUEUED, SENT, DONE, REFUSED = "queued", "sent", "done", "refused"

    key = models.CharField(max_length=24, unique=True, default=_reference)
    recipient = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=24)
    feed = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, default=QUEUED)
    answer = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_notice"
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="upheld_notice_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} at {self.recipient}"


class Release(models.Model):
    """One hand-over that people decide on: for the law, a business transfer, a person's word.

    draft -> approved -> made, or refused at any time before. `authority` is who asks, by what
    `reference`; `ground` one of the recipient's grounds, `reasoning` why it holds here.
    `subject` is the person it is about, empty for a transfer, which is about everybody.
    `scope` are the categories asked for. `silent_because` and `silent_until` say why and how
    long the person may not be told. `announced_on` is when people were told of a transfer.
    `digest` is the SHA-256 of the sealed bundle; the bundle itself is never kept. `told_at` is
    when the person was written to.
    """

    DRAFT, APPROVED, MADE, REFUSED = "draft", "approved", "made", "refused"

    recipient = models.CharField(max_length=100)
    purpose = models.CharField(max_length=100)
    ground = models.CharField(max_length=100)
    authority = models.CharField(max_length=200)
    reference = models.CharField(max_length=100)
    reasoning = models.TextField()
    subject = models.CharField(max_length=255, blank=True)
    scope = models.JSONField()
    silent_because = models.CharField(max_length=255, blank=True)
    silent_until = models.DateField(null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=DRAFT)
    opened_by = models.CharField(max_length=100)
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_because = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    handover = models.OneToOneField(
        HandOver, null=True, on_delete=models.PROTECT, related_name="release"
    )
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_release"
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"release {self.pk} to {self.recipient}"


class Approval(models.Model):
    """One person's yes to one release, never the yes of who opened it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="approvals")
    by = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_approval"
        constraints = [
            models.UniqueConstraint(fields=["release", "by"], name="upheld_approval_once")
        ]

    def __str__(self) -> str:
        return f"{self.by} to {self.release_id}"
