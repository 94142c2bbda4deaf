"""What the guard keeps: how often it refused what, and whose a session is."""

from __future__ import annotations

from django.db import models


class RefusalCount(models.Model):
    """Refusals of one kind at one place. No person is named: it is a to-do list for the
    developer, the journal has the evidence.

    `posts` are those of the staff member, joined by a comma; `code` is the line or template
    that asked.
    """

    place = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=10)
    posts = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=200, blank=True, default="")
    target = models.CharField(max_length=200)
    action = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    enforced = models.BooleanField()
    count = models.PositiveBigIntegerField(default=0)
    last = models.DateTimeField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_refusalcount"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "place",
                    "purpose",
                    "actor",
                    "posts",
                    "code",
                    "target",
                    "action",
                    "reason",
                    "enforced",
                ],
                name="upheld_refusalcount_of_code",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} at {self.place}: {self.count}"


class SessionLink(models.Model):
    """Whose session it is once somebody signed in: the session itself says it only inside
    its ciphertext, and access and erasure must find it."""

    session = models.CharField(max_length=40, primary_key=True)
    subject = models.CharField(max_length=255, db_index=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_sessionlink"

    def __str__(self) -> str:
        return f"a session of {self.subject}"


class Restriction(models.Model):
    """Somebody whose data a purpose may not use for now; see `upheld.guard.restriction`.

    `purpose` empty = none of the site's purposes may: the data are only stored. Here, below
    consent and rights, because it is the guard that obeys it.
    """

    subject = models.CharField(max_length=255)
    purpose = models.CharField(max_length=100, blank=True)
    since = models.DateTimeField()
    ground = models.CharField(max_length=200)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_restriction"
        constraints = [
            models.UniqueConstraint(fields=["subject", "purpose"], name="upheld_restriction_one"),
        ]

    def __str__(self) -> str:
        return f"a restriction since {self.since:%Y-%m-%d}"
