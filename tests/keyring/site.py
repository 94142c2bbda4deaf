"""A site of its own for processes that are killed or run at once: only the key tables.

`db` is an entry of `DATABASES`; stock backends, since the keyring stands below the guard.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
from django.conf import settings

COLUMN = "clinic.Visit.note"


def start(db: dict[str, Any], keys: str) -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "upheld"],
        DATABASES={"default": db},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        UPHELD={"KEYS_DIR": Path(keys)},
    )
    django.setup()


def make_tables() -> None:
    from django.db import connection

    from upheld.keyring import lifecycle
    from upheld.keyring.models import IndexKey, SubjectKey

    with connection.schema_editor() as editor:
        editor.create_model(SubjectKey)
        editor.create_model(IndexKey)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (subject text, token text)")
    lifecycle.ensure()


def write(subject: str) -> None:
    from django.db import connection

    from upheld import keyring

    token = keyring.sealer().seal(f"about {subject}", column=COLUMN, subject=subject)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES (%s, %s)", [subject, token])


def read_all() -> dict[str, int]:
    """Open every note. Raises on any that does not open to its text, except destroyed ones."""
    from django.db import connection

    from upheld import keyring
    from upheld.errors import KeyDestroyed

    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, token FROM note")
        notes = cursor.fetchall()
    found = {"opened": 0, "destroyed": 0}
    for subject, token in notes:
        try:
            value = keyring.sealer().open(token, column=COLUMN)
        except KeyDestroyed:
            found["destroyed"] += 1
            continue
        assert value == f"about {subject}"
        found["opened"] += 1
    return found


def keyring_blind() -> str:
    from upheld import keyring

    return keyring.sealer().blind("-:contact.email", "mia@mail.example")


def forget() -> None:
    """Drop all keys from memory, as a new process would start."""
    from upheld.keyring import lifecycle

    lifecycle.forget()
