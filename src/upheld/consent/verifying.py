"""Check that the derived state says what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max

from upheld.consent.models import Consent, ConsentState, TopicState
from upheld.consent.remembering import held_of


def differences(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[str]:
    """Yield a sentence for each person and purpose or topic whose state is not its last answer."""
    last = (
        Consent.objects.using(using)
        .values("subject", "purpose", "topic")
        .annotate(last=Max("pk"))
        .values_list("last", flat=True)
    )
    states = _states(using)
    for entry in Consent.objects.using(using).filter(pk__in=last).order_by("pk").iterator():
        about = f"{entry.purpose}.{entry.topic}" if entry.topic else entry.purpose
        state = states.pop((entry.subject, entry.purpose, entry.topic), None)
        if state is None:
            yield f"answer {entry.pk} for `{about}` has no state"
        elif state != (entry.granted, entry.pk):
            yield f"the state of `{about}` is not that of answer {entry.pk}"
    for _, purpose, topic in sorted(states):
        yield f"a state of `{f'{purpose}.{topic}' if topic else purpose}` rests on no answer"


def _states(using: str) -> dict[tuple[str, str, str], tuple[bool, int]]:
    """(subject, purpose, topic) -> what was said and the entry; questions not put left out."""
    asked = ConsentState.objects.using(using).exclude(standing=ConsentState.UNASKED)
    found = {
        (row.subject, row.purpose, ""): (bool(held_of(row).said), row.entry)
        for row in asked.iterator()
    }
    for topic in TopicState.objects.using(using).iterator():
        found[topic.subject, topic.purpose, topic.topic] = (topic.granted, topic.entry)
    return found
