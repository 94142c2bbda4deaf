"""What a case is made of: abstract, so that each side of a wall has tables of its own.

A site makes three classes a mailbox and declares them in its map with the categories of that
side; the guard, the keys and the rights engine then keep the sides apart like any data:

    class PressCase(AbstractCase): ...
    class PressLetter(AbstractLetter):
        case = ForeignKey(PressCase, CASCADE, related_name="letters")
    class PressAttachment(AbstractAttachment):
        letter = ForeignKey(PressLetter, CASCADE, related_name="attachments")
"""

from __future__ import annotations

import secrets

from django.db import models


def _token() -> str:
    return secrets.token_hex(8)


class AbstractCase(models.Model):
    """One conversation with one writer. `token` ties our letters to it."""

    OPEN, ANSWERED, CLOSED = "open", "answered", "closed"

    sender = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default=OPEN)
    token = models.CharField(max_length=16, unique=True, default=_token)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"case {self.token}"


class AbstractLetter(models.Model):
    """One mail of a case. `mark` is a keyed digest of its Message-ID, `place` where it lies in
    the mailbox (`uidvalidity:uid`, empty = ours). A letter of ours waits while `sent_at` is
    None; `by` is who wrote it, `automatic` for the one automatic reply."""

    IN, OUT = "in", "out"
    AUTOMATIC = "automatic"

    way = models.CharField(max_length=3)
    body = models.TextField(blank=True)
    mark = models.CharField(max_length=64, unique=True)
    place = models.CharField(max_length=40, blank=True, db_index=True)
    by = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"letter {self.pk}"


class AbstractAttachment(models.Model):
    """One file of a letter, base64. Nobody opens it before a scanner called it clean."""

    CLEAN, QUARANTINED, REFUSED = "clean", "quarantined", "refused"

    name = models.CharField(max_length=150)
    media = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default=QUARANTINED)
    content = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class MailboxPlace(models.Model):
    """How far a mailbox was read: all messages up to `uid` of this `validity` are taken in."""

    mailbox = models.CharField(max_length=100, primary_key=True)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_mailboxplace"

    def __str__(self) -> str:
        return self.mailbox
