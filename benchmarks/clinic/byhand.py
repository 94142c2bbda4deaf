"""What a programmer who knows every table would write: the same copy and the same erasure
in plain SQL, one transaction, no seals, no evidence, no second look."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]
PATIENT = "(SELECT id FROM clinic_patient WHERE user_id = %(user)s)"
SLOTS = f"(SELECT id FROM clinic_appointment WHERE patient_id = {PATIENT})"
ADDRESSES = f"(SELECT address_id FROM clinic_appointment WHERE patient_id = {PATIENT})"
WHERE = {
    "clinic_note": f"appointment_id IN {SLOTS}",
    "clinic_address": f"id IN {ADDRESSES}",
    "clinic_appointment": f"patient_id = {PATIENT}",
    "clinic_invoice": "user_id = %(user)s",
    "clinic_document": f"patient_id = {PATIENT}",
    "clinic_remark": "author_id = %(user)s",
    "clinic_patient": "user_id = %(user)s",
    "auth_user": "id = %(user)s",
}


def export(connection: Connection, user: int) -> bytes:
    """Return a ZIP with a JSON file a table."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for table, condition in WHERE.items():
            cursor = connection.execute(f"SELECT * FROM {table} WHERE {condition}", {"user": user})
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
            bundle.writestr(f"{table}.json", json.dumps(rows, default=str))
    return archive.getvalue()


def erase(connection: Connection, user: int) -> None:
    """Delete the person's rows. The address goes once no appointment leads to it."""
    with connection.transaction():
        cursor = connection.execute(
            f"SELECT DISTINCT id FROM clinic_address WHERE id IN {ADDRESSES}", {"user": user}
        )
        addresses = [row[0] for row in cursor]
        for table, condition in WHERE.items():
            if table != "clinic_address":
                connection.execute(f"DELETE FROM {table} WHERE {condition}", {"user": user})
        connection.execute(
            "DELETE FROM clinic_address a WHERE id = ANY(%s) AND NOT EXISTS"
            " (SELECT 1 FROM clinic_appointment WHERE address_id = a.id)",
            [addresses],
        )
