"""Single queries through the guarded backend, beside the same on Django's stock backend.

Both databases are open in one process, which runs the same ORM code on each in turn. A
`Document` holds nothing sealed, its person is one step away; the text of a `Note` is sealed,
its person three steps away. SQLite is in memory: nothing else hides what the guard costs.
Evidence is gathered here and written nowhere: one write a request is the pages' affair.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.pairing import middle, quick, report, turns

On = Callable[[str], object]
"""One piece of work on the database of that alias."""


def measure() -> None:
    """Run all cases on the databases that the environment names."""
    from benchmarks.clinic.tables import PEOPLE, prepare

    prepare()

    from django.db import connection

    from tests.project.clinic.models import Appointment, Document, Note, Patient
    from upheld.context import Actor, Context, entered
    from upheld.journal.buffer import fresh_buffer

    with entered(Context("upkeep", Actor("system", "system:bench"))):
        # Both databases were filled alike, so the keys are the same in both.
        document, note = Document.objects.first(), Note.objects.first()
        patient, slot = Patient.objects.first(), Appointment.objects.first()
    assert document and note and patient and slot
    me = f"member:{patient.user_id}"
    own = Context("own", Actor("member", me), me, "bench", "r1")
    staff = Context("upkeep", Actor("system", "system:bench"), None, "bench", "r2")
    many = 50 if quick() else 1000

    def documents() -> list[Document]:
        return [Document(patient_id=patient.pk, title="A letter") for _ in range(many)]

    def notes() -> list[Note]:
        return [Note(appointment_id=slot.pk, text="Sees well at noon") for _ in range(many)]

    def write(model: Any, **values: Any) -> On:
        return lambda using: model.objects.using(using).create(**values)

    cases: list[tuple[str, Context, int, On]] = [
        ("unsealed: read one, own rows", own, 40,
         lambda using: Document.objects.using(using).get(pk=document.pk)),
        ("unsealed: read one, all rows", staff, 40,
         lambda using: Document.objects.using(using).get(pk=document.pk)),
        (f"unsealed: list {PEOPLE}, all rows", staff, 8,
         lambda using: list(Document.objects.using(using).order_by("pk")[:PEOPLE])),
        ("unsealed: insert", own, 20, write(Document, patient_id=patient.pk, title="A letter")),
        (f"unsealed: bulk_create {many:,}", own, 1,
         lambda using: Document.objects.using(using).bulk_create(documents())),
        ("unsealed: update one", own, 20,
         lambda using: Document.objects.using(using).filter(pk=document.pk).update(title="Anew")),
        ("sealed: read one, own rows", own, 40,
         lambda using: Note.objects.using(using).get(pk=note.pk)),
        (f"sealed: list {PEOPLE} of as many people", staff, 8,
         lambda using: list(Note.objects.using(using).order_by("pk")[:PEOPLE])),
        ("sealed: insert", own, 20, write(Note, appointment_id=slot.pk, text="Sees well at noon")),
        (f"sealed: bulk_create {many:,}", own, 1,
         lambda using: Note.objects.using(using).bulk_create(notes())),
        ("sealed: update one", own, 20,
         lambda using: Note.objects.using(using).filter(pk=note.pk).update(text="Anew")),
    ]  # fmt: skip
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    for title, context, inner, on in cases:
        with entered(context), fresh_buffer():
            pairs = turns(lambda: on("stock"), lambda: on("default"), rounds=21, inner=inner)  # noqa: B023 - run at once
        extra = sorted(with_it - without for without, with_it in pairs)[len(pairs) // 2]
        report(
            f"queries: {name}, {title}", middle(pairs), note=f"{extra * 1e6:,.0f} microseconds more"
        )


def main() -> None:
    if "--here" in sys.argv:
        measure()
        return
    _measure_in_a_process({})
    if quick():
        return
    server = servers.start()
    servers.create(server, "default", "stock")
    _measure_in_a_process({"UPHELD_BENCH_PG_PORT": str(server.port)})


def _measure_in_a_process(place: dict[str, str]) -> None:
    """Django's settings are read once in a process, so each database product gets its own."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks.queries", "--here", *sys.argv[1:]],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.clinic.settings", **place},
        cwd=Path(__file__).resolve().parent.parent,
        check=True,
    )


if __name__ == "__main__":
    main()
