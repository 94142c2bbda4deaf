"""The evidence log: it holds together, and a row changed behind its back is found."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, transaction

from upheld import journal
from upheld.datamap.active import Active
from upheld.journal.models import Leaf
from upheld.proving.registry import Finding, Ground, Probe, makes_probes


@makes_probes
def evidence(active: Active) -> Iterator[Probe]:
    """Speaks for the sentences of the measures that rest on the log."""
    for measure in active.policy.measures.values():
        if measure.id in ("rules_before_data", "layered_rights"):
            yield Probe(
                f"evidence.{measure.id}",
                f"measures.{measure.id}",
                "change the record of what was done without being found out",
                measure.says,
                _found_out,
            )


def _found_out(ground: Ground) -> Finding:
    journal.write_now(journal.here("read", model="probe", decision="allow"), using=ground.using)
    journal.sequence(using=ground.using)
    if journal.verify(using=ground.using).findings:
        return Finding("broken", "the log does not verify: run `upheld verify-log`")
    last = Leaf.objects.using(ground.using).order_by("-index").first()
    if last is None:
        return Finding("broken", "an event was not written")
    try:
        with transaction.atomic(using=ground.using):
            Leaf.objects.using(ground.using).filter(pk=last.pk).update(
                text=last.text.replace("allow", "refuse")
            )
    except DatabaseError:
        return Finding("kept", f"{last.index + 1} leaves verify; the database lets none be changed")
    if not journal.verify(using=ground.using).findings:
        return Finding("broken", "a changed row was not found")
    return Finding("kept", f"{last.index + 1} leaves verify, and a changed one is found")
