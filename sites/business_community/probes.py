"""Probes of what only this site promises."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.module_loading import import_string

from sites.frame.people.models import Joined
from sites.frame.people.views import JOIN_FORM
from upheld import consent
from upheld.context import purpose
from upheld.proving.registry import Finding, Ground, must, probe
from upheld.proving.visitor import browser

_GIVEN = {
    "first_name": "Nia",
    "last_name": "Probe",
    "password": "a-walk-by-the-estuary",
    "phone": "01632 960111",
    "kind": "business",
    "address": "1 Probe Lane",
}


@probe(
    "circle.using-is-consent",
    rule="measures.tacit_consent",
    title="join without a notice to read, or have joining counted as an explicit yes",
    says=("using-is-consent",),
)
def using_is_consent(ground: Ground) -> Finding:
    visitor = browser()
    page = visitor.get(reverse("people:join")).content.decode()
    must('href="/privacy/"' in page, "the form does not lead to the notice")
    must(visitor.get("/privacy/").status_code == 200, "the notice needs an account")
    member = _joined(visitor)
    with purpose("own", subject=f"member:{member}"):
        noted = Joined.objects.filter(user_id=member).first()
    must(
        noted is not None and noted.notice == ground.active.policy.updated,
        "which notice was in force is not kept with the account",
    )
    for id, state in consent.state(f"member:{member}", using=ground.using).items():
        rule = ground.active.policy.purposes[id]
        asked = f"consent_{id}" in page
        # An opt-in that was shown and left alone is a no that was given; all else is no answer.
        must(not state.granted or rule.default == "in", f"joining counts as a yes to `{id}`")
        must(not (state.granted and state.explicit), f"joining is an explicit yes to `{id}`")
        must(
            not asked or consent.history(f"member:{member}", id, using=ground.using),
            f"the words about `{id}` that were shown are not kept",
        )
    return Finding("kept", "the notice of the day is kept, and joining is no explicit yes")


def _joined(visitor: Any) -> int:
    form = import_string(getattr(settings, JOIN_FORM))
    email = f"{secrets.token_hex(6)}@probe.example"
    given = {name: value for name, value in _GIVEN.items() if name in form.base_fields}
    answer = visitor.post(reverse("people:join"), given | {"email": email})
    must(answer.status_code == 302, f"joining answers {answer.status_code}")
    with purpose("authentication"):
        return int(get_user_model().objects.get(email=email).pk)
