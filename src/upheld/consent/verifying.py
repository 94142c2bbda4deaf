"""Check that the derived state says what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max

from upheld.consent.models import Consent, ConsentState


def differences(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[str]:
    """Yield a sentence for each person and purpose whose state is not its last answer."""
    last = (
        Consent.objects.using(using)
        .values("subject", "purpose")
        .annotate(last=Max("pk"))
        .values_list("last", flat=True)
    )
    states = {
        (row.subject, row.purpose): row for row in ConsentState.objects.using(using).iterator()
    }
    for entry in Consent.objects.using(using).filter(pk__in=last).order_by("pk").iterator():
        state = states.pop((entry.subject, entry.purpose), None)
        if state is None:
            yield f"answer {entry.pk} for `{entry.purpose}` has no state"
        elif (state.granted, state.entry) != (entry.granted, entry.pk):
            yield f"the state of `{entry.purpose}` is not that of answer {entry.pk}"
    for _, purpose in sorted(states):
        yield f"a state of `{purpose}` rests on no answer"
