"""The tables of consent: a ledger that only grows, and what follows from it."""

from __future__ import annotations

from django.db import models


class Wording(models.Model):
    """The exact words that were shown, once each. They name nobody and are never erased."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_wording"

    def __str__(self) -> str:
        return self.text


class Agreement(models.Model):
    """What a purpose stood for when people answered, once each; see `upheld.consent.substance`.

    It names nobody and is never erased. `content` is canonical JSON, `digest` its SHA-256.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_agreement"

    def __str__(self) -> str:
        return self.content


class Consent(models.Model):
    """One answer of one person. Never changed; deleted only with the whole person.

    `topic` is empty when the answer is about the whole purpose, `agreement` the digest of what
    the purpose stood for (empty: recorded before that was kept). `wording` is the digest of
    the words, `version` what their author calls them, `place` the route, `method` how the
    answer was given (`form`, `link`, `staff` ...), `actor` `self` or who acted, `event` the id
    in the evidence log.
    """

    subject = models.CharField(max_length=255)
    purpose = models.CharField(max_length=100)
    topic = models.CharField(max_length=100, default="")
    granted = models.BooleanField()
    agreement = models.CharField(max_length=64, default="")
    wording = models.CharField(max_length=64)
    version = models.CharField(max_length=100)
    place = models.CharField(max_length=255)
    method = models.CharField(max_length=40)
    actor = models.CharField(max_length=255)
    at = models.DateTimeField()
    event = models.CharField(max_length=36, unique=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_consent"
        indexes = [models.Index(fields=["subject", "purpose"], name="upheld_consent_subject")]

    def __str__(self) -> str:
        answer = "yes" if self.granted else "no"
        return f"{answer} to {self.purpose}"


class ConsentState(models.Model):
    """What counts for a whole purpose, worked out from the ledger in the same transaction.

    Whoever filters rows reads `granted` and nothing else. `standing` says where it comes from:
    the person `SAID` so; it is a `TACIT` yes, since they left a box to decline with alone; they
    said yes, but the purpose `CHANGED` since, so it is no; or the question was `UNASKED` yet,
    so it is no whatever the default. `since` is when the answer became this one, `entry` the
    ledger row last taken in (0 = none), `signalled` whether it was given while the browser
    sent a signal to refuse.
    """

    SAID, TACIT, CHANGED, UNASKED = "said", "tacit", "changed", "unasked"

    subject = models.CharField(max_length=255)
    purpose = models.CharField(max_length=100)
    granted = models.BooleanField()
    standing = models.CharField(max_length=8, default=SAID)
    agreement = models.CharField(max_length=64, default="")
    signalled = models.BooleanField(default=False)
    since = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_consentstate"
        constraints = [
            models.UniqueConstraint(fields=["subject", "purpose"], name="upheld_consentstate_one"),
        ]
        indexes = [
            models.Index(fields=["purpose", "granted"], name="upheld_consentstate_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.granted else 'no'}"


class TopicState(models.Model):
    """The answer in force about one topic of a purpose; the rest as `ConsentState`."""

    subject = models.CharField(max_length=255)
    purpose = models.CharField(max_length=100)
    topic = models.CharField(max_length=100)
    granted = models.BooleanField()
    since = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_topicstate"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "purpose", "topic"], name="upheld_topicstate_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}, {self.topic}: {'yes' if self.granted else 'no'}"


class Visitor(models.Model):
    """Somebody without an account who chose something, by the random number of their cookie.

    `until` is when the cookie ends; then the row goes, and every answer with it.
    """

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_visitor"

    def __str__(self) -> str:
        return "a visitor"


class Settled(models.Model):
    """What a purpose stood for when its `ConsentState` rows were last compared with it."""

    purpose = models.CharField(max_length=100, primary_key=True)
    agreement = models.CharField(max_length=64)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_settled"

    def __str__(self) -> str:
        return self.purpose


class ConsentErasure(models.Model):
    """The person whose ledger is being erased; there is a row only within the transaction.

    The triggers let a delete pass for this subject alone.
    """

    subject = models.CharField(max_length=255, primary_key=True)

    class Meta:
        app_label = "upheld"
        db_table = "upheld_consenterasure"

    def __str__(self) -> str:
        return "an erasure under way"


class Suppression(models.Model):
    """An address that nobody may be mailed at again, as a keyed digest.

    Made by an erasure and kept after it, so that a list that is imported again does not bring
    the person back into any mailing. Without the index key it leads nowhere.
    """

    digest = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()

    class Meta:
        app_label = "upheld"
        db_table = "upheld_suppression"

    def __str__(self) -> str:
        return self.digest
