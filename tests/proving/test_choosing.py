"""Probes of choosing find their promise kept, and broken when the protection is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings

from tests.pages.choosing import governed
from tests.proving.conftest import found, protect
from upheld.consent import browsing, choosing, questions, terms, unasked
from upheld.consent.models import Visitor
from upheld.consent.questions import Shown
from upheld.consent.substance import Wider
from upheld.datamap.active import active
from upheld.proving.registry import all_probes

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _choices() -> Iterator[None]:
    cache.clear()
    protect()
    with override_settings(ROOT_URLCONF="tests.proving.urls"), governed():
        yield


KEPT = {
    "consent.weekly_bundle_mail", "consent.news", "consent.surveys", "consent.translation",
    "consent.tastes", "consent.refusing", "topics.news", "signal.translation", "signal.tastes",
    "asked-again.weekly_bundle_mail", "asked-again.surveys", "asked-again.translation",
    "asked-again.tastes",
}  # fmt: skip


def test_every_choice_has_its_probes() -> None:
    ours = ("consent.", "topics.", "signal.", "asked-again.")
    assert {probe.id for probe in all_probes(active()) if probe.id.startswith(ours)} == KEPT


@pytest.mark.parametrize("id", sorted(KEPT))
def test_kept(id: str) -> None:
    finding = found(id)
    assert finding.result == "kept", finding.detail


def no_question(patch: Patch) -> None:
    patch.setattr(unasked, "must_be_asked", lambda policy: {})


def ticked(patch: Patch) -> None:
    real = questions._field

    def filled(rule: Any, shown: Shown) -> Any:
        field = real(rule, shown)
        field.initial = True
        return field

    patch.setattr(questions, "_field", filled)


def other_words(patch: Patch) -> None:
    patch.setattr(Shown, "wording", property(lambda self: "something else"))


def never_stale(patch: Patch) -> None:
    patch.setattr(terms, "wider", lambda now, agreed: Wider())


def always_stale(patch: Patch) -> None:
    """Ask again whenever anything at all was written anew."""
    real = terms.substance_of
    patch.setattr(
        terms,
        "substance_of",
        lambda policy, rule: real(policy, rule) if rule.says else never_agreed(real(policy, rule)),
    )


def never_agreed(substance: Any) -> Any:
    from dataclasses import replace

    return replace(substance, topics=(*substance.topics, "typo"))


def forget_topics(patch: Patch) -> None:
    from upheld.consent.remembering import Answers

    patch.setattr(Answers, "topic", lambda self, purpose, topic: None)


def deaf(patch: Patch) -> None:
    patch.setattr(browsing, "heeds_signals", lambda policy, rule: False)
    patch.setattr(browsing, "_said_so_meanwhile", lambda held: True)


def believes_cookies(patch: Patch) -> None:
    """Take whatever cookie comes for that of the visitor who chose last."""

    def believed(request: Any, policy: Any) -> str | None:
        last = Visitor.objects.order_by("until").last()
        return f"visitor:{last.pk}" if last is not None and request.COOKIES else None

    patch.setattr(browsing, "visitor_of", believed)


def smaller_no(patch: Patch) -> None:
    from upheld.pages import choices as page

    real = page.render

    def shrunk(*args: Any, **given: Any) -> Any:
        response = real(*args, **given)
        content = response.content.decode()
        response.content = content.replace(
            'upheld-say" name="news" value="no"', 'upheld-link" name="news" value="no"'
        )
        return response

    patch.setattr(page, "render", shrunk)


def deaf_to_every(patch: Patch) -> None:
    patch.setattr(choosing, "_many", lambda said, offered, policy: {("news", ""): False})


@pytest.mark.parametrize(
    ("id", "sabotage", "detail"),
    [
        ("consent.news", no_question, "an account that was never asked counts as a yes"),
        ("consent.news", ticked, "the question comes with an answer filled in"),
        ("consent.tastes", other_words, "the words shown were not kept"),
        ("asked-again.tastes", never_stale, "a yes was stretched to more data"),
        ("asked-again.weekly_bundle_mail", always_stale, "a typo took a yes away"),
        ("topics.news", forget_topics, "refusing `events` decides about `events`"),
        ("signal.translation", deaf, "a signal of the browser is not heeded"),
        ("signal.translation", believes_cookies, "a forged cookie was taken"),
        ("consent.refusing", smaller_no, "yes and no to `news` do not look alike"),
        ("consent.refusing", deaf_to_every, "one click of no left a yes: ["),
    ],
)
def test_broken(
    id: str, sabotage: Callable[[Patch], None], detail: str, monkeypatch: Patch
) -> None:
    sabotage(monkeypatch)
    finding = found(id)
    assert finding.result == "broken"
    assert finding.detail.startswith(detail), finding.detail
