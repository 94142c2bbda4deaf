"""The tables of mail: links that stop it, what was sent without its text, and what came back."""

from __future__ import annotations

from django.db import models


class MailLink(models.Model):
    """What a short link of a mail stands for.

    `digest` is of the token, so the table opens nothing. `subject` empty = the person was
    erased: the link answers kindly and leads nowhere.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    subject = models.CharField(max_length=255, db_index=True)
    purpose = models.CharField(max_length=100)
    topic = models.CharField(max_length=100)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_maillink"

    def __str__(self) -> str:
        return f"a link to end {self.purpose or 'mail'}"


class SentMail(models.Model):
    """One mail that left: to whom, of which class, when, how it went; no text, no address.

    `mark` is the random part of its return path, `to` the keyed digest of the address.
    `outcome`: `leaving` (handed over or killed on the way), `sent`, `failed`, `bounced`,
    `delayed`, `complained`.
    """

    LEAVING, SENT, FAILED = "leaving", "sent", "failed"
    BOUNCED, DELAYED, COMPLAINED = "bounced", "delayed", "complained"

    mark = models.CharField(max_length=20, primary_key=True)
    subject = models.CharField(max_length=255, db_index=True)
    klass = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    purpose = models.CharField(max_length=100)
    topic = models.CharField(max_length=100)
    to = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=10)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_sentmail"

    def __str__(self) -> str:
        return f"{self.klass} mail, {self.outcome}"


class MailTrouble(models.Model):
    """Why an address is mailed less, as a keyed digest.

    `kind`: `hard` = nobody is there, `soft` = it did not work `count` times until now,
    `complaint` = the person called a mail spam, `asked` = they asked by word to get none.
    `until` None = until a yes given later.
    """

    HARD, SOFT, COMPLAINT, ASKED = "hard", "soft", "complaint", "asked"

    digest = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    count = models.PositiveIntegerField(default=1)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_mailtrouble"
        constraints = [
            models.UniqueConstraint(fields=["digest", "kind"], name="upheld_mailtrouble_one")
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.count}"


class BouncePlace(models.Model):
    """How far the mailbox of bounces was read."""

    mailbox = models.CharField(max_length=100, primary_key=True)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_bounceplace"

    def __str__(self) -> str:
        return f"{self.mailbox} up to {self.uid}"
