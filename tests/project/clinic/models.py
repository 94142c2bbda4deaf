"""A small practice with every shape of row that a guard must understand.

Subjects are `auth.User` rows, and guests known by the e-mail address on an invoice.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse


class Person(User):
    """A proxy: the same rows and columns as its parent."""

    class Meta:
        proxy = True


class Stamped(models.Model):
    """An abstract parent, its column repeated in each child."""

    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Topic(models.Model):
    """About nobody."""

    title = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.title


class Patient(Stamped):
    """One row a person, straight to the subject; a self-reference, a many-to-many, JSON."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="patient")
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    colour = models.CharField(max_length=20, blank=True)
    kitchen = models.JSONField(default=dict, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    referred_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="referrals"
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="patients")

    def __str__(self) -> str:
        return f"patient {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("patient", args=[self.pk])


class Address(models.Model):
    """A shared row: no link of its own, reached from the appointments that use it."""

    line1 = models.CharField(max_length=120)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, default="US")


class Appointment(Stamped):
    """A nullable path: a slot without a patient is about nobody."""

    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.CASCADE, related_name="appointments"
    )
    address = models.ForeignKey(
        Address, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    starts = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)


class Note(Stamped):
    """Free text, three steps from its subject."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()


class Invoice(models.Model):
    """Two kinds of subject: a user, or a guest known by an e-mail address."""

    number = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="invoices"
    )
    guest_email = models.EmailField(blank=True)
    content = models.CharField(max_length=200, blank=True)
    total = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    placed = models.DateField(null=True, blank=True)


class Document(models.Model):
    """The parent half of multi-table inheritance; it holds the link to the patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=120)


class Scan(Document):
    """The child half: its own table, its subject through the parent's."""

    finding = models.TextField(blank=True)


class Remark(models.Model):
    """Text about anything (generic relation), its subject is who wrote it."""

    author = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="remarks"
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("content_type", "object_id")
    text = models.TextField()
