"""The tables of proofs."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from upheld.rights.requests.models import RightsRequest


class IdentityDocument(models.Model):
    """One paper that shows who somebody is, or that an agent may ask for them (`mandate`).

    `content` is the rewritten file in base64, sealed under a key of its own
    (`document:<id>`), so that it can be destroyed at the decision while the person's other
    data live on. Neither the original file nor its name is kept. A destroyed document leaves
    its row: when it came, when it went.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="documents")
    role = models.CharField(max_length=10, default="identity")
    media = models.CharField(max_length=40)
    content = models.TextField(blank=True)
    state = models.CharField(max_length=12)
    """quarantined = no scanner has seen it; clean; destroyed."""
    masked = models.PositiveSmallIntegerField(default=0)
    """How many refused numbers were blacked out."""
    mark = models.CharField(max_length=64, null=True)
    """Keyed digest of what was uploaded, so that a second click brings no second paper; None
    once it is destroyed."""
    received_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_identitydocument"
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "mark"], name="upheld_identitydocument_once"
            ),
            models.CheckConstraint(
                name="upheld_identitydocument_gone",
                condition=~Q(state="destroyed") | Q(content="", destroyed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} document {self.id}"


class IdentityCode(models.Model):
    """One code sent to the address on file. Only a keyed digest of it is kept."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="codes")
    aim = models.CharField(max_length=10)
    """verify, or collect (to fetch the copy)."""
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_identitycode"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"a code for {self.request_id}"
