"""The notice itself: dated, reachable, the text that the rules were checked against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.test import Client
from django.urls import reverse

from upheld.datamap.active import Active
from upheld.proving.registry import Finding, Ground, Probe, makes_probes


@makes_probes
def notice(active: Active) -> Iterator[Probe]:
    """The date, and the way to it."""
    says = active.policy.change.says
    yield Probe("notice.dated", "change", "read a notice without its date", says, _dated)
    for contact in active.policy.contacts.values():
        yield Probe(
            f"notice.contact.{contact.id}",
            f"contacts.{contact.id}",
            f"miss `{contact.value}` on the notice",
            contact.says,
            partial(_shown, value=contact.value),
        )


def _page() -> str:
    response = Client().get(reverse("upheld:notice"), SERVER_NAME="localhost")
    if response.status_code != 200:
        raise AssertionError(f"the notice answers {response.status_code}")
    return response.content.decode()


def _dated(ground: Ground) -> Finding:
    page = _page()
    day = ground.active.policy.updated
    if f'datetime="{day.isoformat()}"' not in page:
        return Finding("broken", "the page does not show the date of the policy in force")
    if page.index(f'datetime="{day.isoformat()}"') > page.index("data-sentence"):
        return Finding("broken", "the date does not come first")
    return Finding("kept", f"the date {day.isoformat()} stands before the first sentence")


def _shown(ground: Ground, value: str) -> Finding:
    if value in _page():
        return Finding("kept", "it stands on the notice")
    return Finding("broken", "it does not stand on the notice")
