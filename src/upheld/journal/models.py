"""The tables of the evidence log.

Events arrive in `Inbox`, in the transaction that caused them and without waiting for one
another; the sequencer moves them into `Leaf`, gives each its index and extends the tree
in `Tile`. `Head` has one row: its lock makes the sequencer one.
"""

from __future__ import annotations

from django.db import models


class Inbox(models.Model):
    """An event that has no place in the tree yet. `text` is its leaf, final to the byte."""

    event = models.CharField(max_length=36, unique=True)
    text = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_inbox"

    def __str__(self) -> str:
        return self.event


class Leaf(models.Model):
    """An event in the log. `text` is what is hashed; the other columns repeat it for
    look-ups and to name what was changed."""

    index = models.BigIntegerField(primary_key=True)
    event = models.CharField(max_length=36, unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    hash = models.BinaryField(max_length=32)
    marks = models.CharField(max_length=200)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_leaf"

    def __str__(self) -> str:
        return f"leaf {self.index}"


class LeafSubject(models.Model):
    """Whose data a leaf is about, by pseudonym, so that a person's events are found."""

    pseudonym = models.CharField(max_length=27)
    leaf = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_leafsubject"
        constraints = [
            models.UniqueConstraint(fields=["pseudonym", "leaf"], name="upheld_leafsubject_once"),
        ]
        indexes = [models.Index(fields=["leaf"], name="upheld_leafsubject_leaf")]

    def __str__(self) -> str:
        return f"{self.pseudonym} in leaf {self.leaf}"


class Pseudonym(models.Model):
    """The secret behind a subject's name in the log. Deleted on erasure: that unlinks."""

    subject = models.CharField(max_length=255, unique=True)
    secret = models.BinaryField(max_length=32)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_pseudonym"

    def __str__(self) -> str:
        return f"pseudonym {self.pk}"


class Tile(models.Model):
    """Up to 256 hashes of the tree, see `upheld.evidence.tiles`."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_tile"
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="upheld_tile_place"),
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Head(models.Model):
    """How many leaves the tree has. One row, number 1."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_head"

    def __str__(self) -> str:
        return f"{self.size} leaves"


class Checkpoint(models.Model):
    """A signed state of the tree: one for each size that was ever signed."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_checkpoint"

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"
