"""Tables and people of the clinic, the same in both databases."""

from __future__ import annotations

import os

import django
from django.core.management import call_command

PEOPLE = 100


def prepare() -> None:
    """Make the tables, 100 patients, and of each an appointment, a document and a note."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.clinic.settings")
    django.setup()
    for alias in ("default", "stock"):
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, skip_checks=True)

    from django.contrib.auth.models import User

    from tests.project.clinic.models import Appointment, Document, Note, Patient
    from upheld.context import purpose

    for alias in ("default", "stock"):
        with purpose("upkeep"):
            users = User.objects.using(alias).bulk_create(
                User(username=f"u{n}", email=f"u{n}@mail.example") for n in range(PEOPLE)
            )
            patients = [
                Patient.objects.using(alias).create(user=user, name=f"Patient {user.pk}")
                for user in users
            ]
            slots = [
                Appointment.objects.using(alias).create(patient=patient, reason="a check")
                for patient in patients
            ]
            for patient, slot in zip(patients, slots, strict=True):
                Document.objects.using(alias).create(patient=patient, title="A letter")
                Note.objects.using(alias).create(appointment=slot, text="Sees well at noon")
