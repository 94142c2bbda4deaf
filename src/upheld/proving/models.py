"""The last result of each probe, shown beside the sentence it speaks for."""

from __future__ import annotations

from django.db import models


class ProofResult(models.Model):
    """One probe's last result. Holds no personal data: probes use synthetic people."""

    probe = models.CharField(max_length=200, unique=True)
    rule = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    says = models.JSONField(default=list)
    result = models.CharField(max_length=10)
    detail = models.TextField(blank=True)
    at = models.DateTimeField()
    policy = models.CharField(max_length=64)
    """Digest of the policy and map that were in force."""

    class Meta:
        app_label = "upheld"
        db_table = "upheld_proofresult"
        ordering = ["rule", "probe"]

    def __str__(self) -> str:
        return f"{self.probe}: {self.result}"
