"""The site's own probes find their promises kept, and broken when they are broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache

from sites.frame.people import joining
from upheld.consent import questions
from upheld.proving.registry import Finding
from upheld.proving.run import prove

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
PROBE = "circle.using-is-consent"


def found() -> Finding:
    cache.clear()
    (proof,) = prove(only=PROBE, record=False)
    return proof.finding


def test_kept() -> None:
    assert found().result == "kept", found().detail


def forget_the_notice(patch: Patch) -> None:
    patch.setattr(joining, "note_notice", lambda user: None)


def say_yes_for_them(patch: Patch) -> None:
    """Count a box that was left alone as the person's own word."""
    patch.setattr(questions, "TACIT", "form")


def ask_nothing(patch: Patch) -> None:
    patch.setattr(joining.JoinForm, "record_answers", lambda self, subject, place: None)


@pytest.mark.parametrize(
    ("sabotage", "detail"),
    [
        (forget_the_notice, "which notice was in force is not kept with the account"),
        (say_yes_for_them, "joining is an explicit yes to `further_products`"),
        (ask_nothing, "the words about `further_products` that were shown are not kept"),
    ],
)
def test_broken(sabotage: Callable[[Patch], None], detail: str, monkeypatch: Patch) -> None:
    sabotage(monkeypatch)
    finding = found()
    assert (finding.result, finding.detail) == ("broken", detail)
