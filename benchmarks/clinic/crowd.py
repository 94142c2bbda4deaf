"""Many people in the clinic, made in the database, and a few with forty rows each, made by
the guarded ORM with real keys and seals.

The crowd stands for the size of tables and indexes: one row a person in each of the eight
tables, a data key, a pseudonym in the log and an answer to a newsletter. Its sealed values
have the length and the look of real ones and no key behind them: nothing here opens them.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from tests.project.clinic.models import (
    Address,
    Appointment,
    Document,
    Invoice,
    Note,
    Patient,
    Remark,
    Topic,
)
from upheld.context import purpose

TOKEN = "'u1:' || left(encode(sha256(('{0}' || i)::bytea), 'hex'), 20) || ':' || repeat('x', 130)"
BLANK = "'u1:--------------------:' || repeat('x', 130)"
CROWD = (
    "INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email,"
    " is_staff, is_active, date_joined)"
    f" SELECT i, '!', false, 'c' || i, {TOKEN.format('f')}, {TOKEN.format('l')},"
    f" {TOKEN.format('e')}, false, true, now() FROM generate_series(1, %(size)s) i",
    "INSERT INTO clinic_patient (id, created, user_id, name, email, phone, colour, kitchen,"
    f" search_text) SELECT i, now(), i, {TOKEN.format('n')}, {TOKEN.format('m')}, '', '', '{{}}',"
    " '' FROM generate_series(1, %(size)s) i",
    f"INSERT INTO clinic_address (id, line1, postcode, country) SELECT i, {BLANK}, {BLANK}, 'US'"
    " FROM generate_series(1, %(size)s) i",
    "INSERT INTO clinic_appointment (id, created, patient_id, address_id, reason)"
    " SELECT i, now(), i, i, 'a check' FROM generate_series(1, %(size)s) i",
    f"INSERT INTO clinic_note (id, created, appointment_id, text) SELECT i, now(), i, {BLANK}"
    " FROM generate_series(1, %(size)s) i",
    "INSERT INTO clinic_invoice (id, number, user_id, guest_email, content, total)"
    " SELECT i, 'C-' || i, i, '', 'glasses', 10 FROM generate_series(1, %(size)s) i",
    "INSERT INTO clinic_document (id, patient_id, title) SELECT i, i, 'a letter'"
    " FROM generate_series(1, %(size)s) i",
    "INSERT INTO clinic_remark (id, author_id, content_type_id, object_id, text)"
    f" SELECT i, i, %(about)s, 1, {BLANK} FROM generate_series(1, %(size)s) i",
    "INSERT INTO upheld_subjectkey (key_id, subject, wrapped, kek, created_at)"
    " SELECT md5('k' || i), 'member:' || i, repeat('x', 60)::bytea, 'crowd', now()"
    " FROM generate_series(1, %(size)s) i",
    "INSERT INTO upheld_pseudonym (subject, secret) SELECT 'member:' || i,"
    " sha256(i::text::bytea) FROM generate_series(1, %(size)s) i",
    "INSERT INTO upheld_consentstate (subject, purpose, granted, standing, agreement, signalled,"
    " since, entry) SELECT 'member:' || i, 'weekly_bundle_mail', true, 'said', '', false, now(), i"
    " FROM generate_series(1, %(size)s) i",
)
TABLES = (
    "auth_user", "clinic_patient", "clinic_address", "clinic_appointment", "clinic_note",
    "clinic_invoice", "clinic_document", "clinic_remark", "upheld_pseudonym",
    "upheld_consentstate",
)  # fmt: skip


def fill(connection: psycopg.Connection[Any], size: int, about: int) -> None:
    """Make `size` people as the superuser; `about` is the content type of their remarks."""
    # Without the checks of foreign keys: the numbers are the same in all tables.
    connection.execute("SET session_replication_role = replica")
    for statement in CROWD:
        connection.execute(statement, {"size": size, "about": about})  # type: ignore[arg-type]  # composed SQL
    for table in TABLES:
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [size + 1]
        )
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")


def invite(using: str, count: int, first: int) -> list[int]:
    """Make `count` people with 40 rows in 8 tables each; returns their keys."""
    with transaction.atomic(using), purpose("upkeep"):
        users = [
            User.objects.using(using).create(
                username=f"p{number}", first_name="Ivy", last_name="Hart",
                email=f"p{number}@mail.example",
            )
            for number in range(first, first + count)
        ]  # fmt: skip
        topic = ContentType.objects.db_manager(using).get_for_model(Topic)
        for user in users:
            _rows_of(user, using, topic)
    return [user.pk for user in users]


def _rows_of(user: User, using: str, topic: ContentType) -> None:
    patient = Patient.objects.using(using).create(user=user, name="Ivy Hart", email=user.email)
    addresses = [
        Address.objects.using(using).create(line1=f"{n} Hill Road", postcode="AB1")
        for n in range(3)
    ]
    slots = Appointment.objects.using(using).bulk_create(
        Appointment(patient=patient, address=addresses[n % 3], reason="a check") for n in range(10)
    )
    Note.objects.using(using).bulk_create(
        Note(appointment=slot, text="Sees well at noon") for slot in slots
    )
    Invoice.objects.using(using).bulk_create(
        Invoice(number=f"N-{user.pk}-{n}", user=user, content="glasses", total=10) for n in range(5)
    )
    Document.objects.using(using).bulk_create(
        Document(patient=patient, title="a letter") for _ in range(5)
    )
    Remark.objects.using(using).bulk_create(
        Remark(author=user, content_type=topic, object_id=1, text="A kind place") for _ in range(5)
    )
