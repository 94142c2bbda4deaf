"""The tables of requests.

They are about people by reference only: what somebody wrote, their address and the answer are
ciphertext under a key of the request's own (`request:<id>`), destroyed with the person. What
stays of a request is that it was made, when, and how it ended.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from upheld.rights.requests.states import RUNNING, SINGLE_KINDS


class Agent(models.Model):
    """Somebody who may ask for others through the API. The key itself is not kept."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    key_digest = models.CharField(max_length=64, unique=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_agent"

    def __str__(self) -> str:
        return self.name


class RightsRequest(models.Model):
    """One request. `state` and `reason` are those of the Data Rights Protocol.

    `key` makes opening idempotent: the same form, letter or agent's id opens one request.
    `subject` is None while nobody knows whose it is, and after an erasure. Dates are the last
    days in time, worked out by `calendar` from the row of law `law` and the policy's `right`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    right = models.CharField(max_length=80, blank=True)
    proof = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=100, blank=True)
    """The purpose that an objection or a withdrawal is about."""
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, unique=True)

    subject = models.CharField(max_length=255, null=True, db_index=True)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    agent_request = models.CharField(max_length=100, blank=True)
    taken_by = models.CharField(max_length=255, blank=True)
    """Who of the staff took it on the phone, as a reference."""

    received_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    lawful_by = models.DateField(null=True)
    verify_by = models.DateField(null=True)
    promised_by = models.DateField(null=True)
    next_by = models.DateField(null=True)
    alarm_on = models.DateField(null=True)
    alarmed_on = models.DateField(null=True)
    law = models.CharField(max_length=60, blank=True)
    calendar = models.CharField(max_length=200, blank=True)

    contact = models.TextField(blank=True)
    words = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    address_mark = models.CharField(max_length=20, blank=True)
    """Keyed digest of the address on file when the request came."""
    expires_at = models.DateTimeField(null=True)
    """Until when proof may be shown, and later until when the copy may be fetched."""
    collected_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=32, blank=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_request"
        ordering = ["next_by", "received_at"]
        indexes = [models.Index(fields=["state", "next_by"], name="upheld_request_due")]
        constraints = [
            # A second click, a second window, a second worker: one request runs.
            models.UniqueConstraint(
                fields=["subject", "kind"],
                condition=Q(state__in=RUNNING, kind__in=SINGLE_KINDS, subject__isnull=False),
                name="upheld_request_one_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class RequestEvent(models.Model):
    """One step of a request. `event` is its id in the evidence log; `details` hold no
    personal data: dates, grounds, the calendar."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    step = models.CharField(max_length=20)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    actor = models.CharField(max_length=10)
    event = models.CharField(max_length=36, unique=True)
    details = models.JSONField(default=dict)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_requestevent"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step} at {self.at:%Y-%m-%d %H:%M}"


class RequestNote(models.Model):
    """What the privacy post noted for itself, sealed under the request's key."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_requestnote"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"a note on {self.request_id}"


class RequestPause(models.Model):
    """A time in which the clock stands still, with the reason that the person was told."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="pauses")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_requestpause"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(ended_at__isnull=True),
                name="upheld_requestpause_one_open",
            )
        ]

    def __str__(self) -> str:
        return self.reason


class RequestLetter(models.Model):
    """A mail that waits to be sent: written in the transaction of the step that it tells of,
    so that none is lost and none tells of what was rolled back. Deleted once it is sent.

    `content` is sealed under a key of its own (`letter:<id>`), since the person's may be gone
    by the time it leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="letters")
    step = models.CharField(max_length=20)
    content = models.TextField()
    written_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_requestletter"
        ordering = ["written_at"]

    def __str__(self) -> str:
        return f"{self.step} of {self.request_id}"


class Tally(models.Model):
    """How often something was done within a stretch of time; `what` is a digest."""

    what = models.CharField(max_length=64)
    stretch = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_tally"
        constraints = [
            models.UniqueConstraint(fields=["what", "stretch"], name="upheld_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.count} in {self.stretch}"
