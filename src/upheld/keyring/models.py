"""Where wrapped keys and word tokens are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SubjectKey(models.Model):
    """One data key. A subject may have several live ones; destroying a subject's keys
    takes all of them. A destroyed key leaves its id, so a value sealed under it can be
    told from one whose key was lost."""

    key_id = models.CharField(max_length=32, primary_key=True)
    """16 random bytes in hexadecimal."""
    subject = models.TextField(null=True, db_index=True)
    """`kind:value`; null = belongs to nobody yet, or destroyed."""
    wrapped = models.BinaryField(null=True)
    """The key under the key-encryption key `kek`; null = destroyed."""
    kek = models.CharField(max_length=40, db_index=True, blank=True)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_subjectkey"
        constraints = [
            models.CheckConstraint(
                name="upheld_subjectkey_whole",
                condition=Q(destroyed_at__isnull=True, wrapped__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped__isnull=True, kek=""),
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class IndexKey(models.Model):
    """The key of the blind indexes and word tokens. One row, named `blind`."""

    name = models.CharField(max_length=20, primary_key=True)
    wrapped = models.BinaryField()
    kek = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_indexkey"

    def __str__(self) -> str:
        return self.name


class WordToken(models.Model):
    """One word of one sealed value, as a keyed digest."""

    id = models.BigAutoField(primary_key=True)
    column_label = models.CharField(max_length=200)
    row = models.TextField()
    """The primary key of the row, as text."""
    token = models.CharField(max_length=20)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_wordtoken"
        indexes = [models.Index(fields=["column_label", "row"], name="upheld_wordtoken_row")]
        constraints = [
            models.UniqueConstraint(
                fields=["column_label", "token", "row"], name="upheld_wordtoken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.column_label} {self.row}"
