"""The price of the second line: the same guarded queries with and without it.

Two databases of one PostgreSQL, both behind the guard and filled alike. `default` has the
second line, is reached by the site's login and gets a role with each statement; `stock` is
reached by its owner.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import servers
from benchmarks.pairing import middle, quick, report, turns

On = Callable[[str], object]
OWNER = "bench_owner"


def measure() -> None:
    """Run all cases on the two databases that the environment names."""
    import django

    django.setup()
    from django.db import connections

    site = connections["default"].settings_dict
    login, site["USER"] = site["USER"], OWNER
    from benchmarks.clinic.tables import PEOPLE, prepare

    prepare()
    connections.close_all()
    site["USER"] = login

    from tests.project.clinic.models import Document, Note, Patient
    from upheld.consent import record
    from upheld.context import Actor, Context, entered
    from upheld.guard.secondline.apply import carry_out
    from upheld.journal.buffer import fresh_buffer

    carry_out("default")
    upkeep = Context("upkeep", Actor("system", "system:bench"), None, "bench", "r2")
    with entered(upkeep):
        document, patient = Document.objects.first(), Patient.objects.first()
        # Another person answers: the first one is given rows by the thousand.
        other = Patient.objects.last()
        assert document and patient and other
        for alias in ("default", "stock"):
            for each in Patient.objects.using(alias).all()[: PEOPLE // 2]:
                record(
                    f"member:{each.user_id}", "weekly_bundle_mail", True, wording="May we?",
                    version="1", place="bench", method="page", using=alias,
                )  # fmt: skip
    for alias in ("default", "stock"):
        with connections[alias].gate.trusting(), connections[alias].cursor() as cursor:  # type: ignore[attr-defined]  # our wrapper
            cursor.execute("ANALYZE")
    me = f"member:{patient.user_id}"
    own = Context("own", Actor("member", me), me, "bench", "r1")
    mailing = Context("weekly_bundle_mail", Actor("system", "system:bench"), None, "bench", "r3")
    many = 50 if quick() else 1000

    def documents() -> list[Document]:
        return [Document(patient_id=patient.pk, title="A letter") for _ in range(many)]

    def answer(using: str) -> None:
        for granted in (False, True):
            record(
                f"member:{other.user_id}", "weekly_bundle_mail", granted, wording="May we?",
                version="1", place="bench", method="page", using=using,
            )  # fmt: skip

    cases: list[tuple[str, Context, int, On]] = [
        ("read one, own rows", own, 40,
         lambda using: Document.objects.using(using).get(pk=document.pk)),
        ("read one, all rows", upkeep, 40,
         lambda using: Document.objects.using(using).get(pk=document.pk)),
        (f"list {PEOPLE}, all rows", upkeep, 8,
         lambda using: list(Document.objects.using(using).order_by("pk")[:PEOPLE])),
        ("list who agreed", mailing, 8,
         lambda using: list(Patient.objects.using(using).values_list("pk", "colour"))),
        ("two joins, own rows", own, 20,
         lambda using: list(Note.objects.using(using).filter(
             appointment__patient__colour="").values_list("pk"))),
        ("insert, own row", own, 20, lambda using: Document.objects.using(using).create(
            patient_id=patient.pk, title="A letter")),
        (f"bulk_create {many:,}", upkeep, 1,
         lambda using: Document.objects.using(using).bulk_create(documents())),
        ("update one", own, 20,
         lambda using: Document.objects.using(using).filter(pk=document.pk).update(title="Anew")),
        ("two answers to a consent question", upkeep, 2, answer),
    ]  # fmt: skip
    for title, context, inner, on in cases:
        with entered(context), fresh_buffer():
            pairs = turns(lambda: on("stock"), lambda: on("default"), rounds=21, inner=inner)  # noqa: B023 - run at once
        extra = sorted(with_it - without for without, with_it in pairs)[len(pairs) // 2]
        note = f"{extra * 1e6:,.0f} microseconds more"
        report(f"second_line: {title}", middle(pairs), note=note)


def main() -> None:
    if "--here" in sys.argv:
        measure()
        return
    server = servers.start()
    with servers.connect(server) as everything:
        everything.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
        for name in ("default", "stock"):
            everything.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}')
    subprocess.run(
        [sys.executable, "-m", "benchmarks.second_line", "--here", *sys.argv[1:]],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.clinic.behind_both",
            "UPHELD_BENCH_PG_PORT": str(server.port),
            "UPHELD_BENCH_GUARD_BOTH": "1",
        },
        cwd=Path(__file__).resolve().parent.parent,
        check=True,
    )


if __name__ == "__main__":
    main()
