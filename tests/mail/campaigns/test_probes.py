"""The probes of campaigns and surveys find promises kept, and see them broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from tests.mail.campaigns.stage import ASKING, NEWS
from tests.proving.conftest import protect
from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.mail.campaigns import links, moment, post, walking
from upheld.mail.campaigns.audience import Person
from upheld.mail.surveys import answering, models
from upheld.proving.run import prove


@pytest.fixture(autouse=True)
def _ground(rules: Active) -> Iterator[None]:
    protect()
    with override_settings(ROOT_URLCONF="tests.pages.site"):
        yield


def found(id: str) -> tuple[str, str]:
    (proof,) = [proof for proof in prove(only=id, record=False) if proof.probe.id == id]
    return proof.finding.result, proof.finding.detail


def test_all_is_kept() -> None:
    results = {p.probe.id: p.finding for p in prove(only="", record=False)}
    mine = {k: v for k, v in results.items() if k.startswith(("campaigns.", "surveys."))}
    assert set(mine) == {
        f"campaigns.{NEWS}",
        "campaigns.partner_mail",
        "campaigns.links",
        "campaigns.advertisers",
        "campaigns.sender",
        f"surveys.{ASKING}",
    }
    assert {finding.result for finding in mine.values()} == {"kept"}, mine


def test_a_decision_of_the_list_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is on the list when it is made gets the mail, whatever they say later."""

    def again(self: Any, root: int, rows: Any) -> list[Person]:
        with purpose("rights"):
            return [
                Person(root, str(u.pk), f"member:{u.pk}", u.email, "")
                for u in User.objects.filter(pk__in=list(rows))
            ]

    monkeypatch.setattr(walking.Audience, "again", again)
    monkeypatch.setattr(post, "refused", lambda people, **_: {})
    monkeypatch.setattr(moment.LastLook, "__call__", lambda self, *_: True)
    assert found(f"campaigns.{NEWS}") == (
        "broken",
        f"a `{NEWS}` mail went to somebody who said no while it was being sent",
    )


def test_links_that_tell_people_apart_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "check", lambda html: None)
    result, detail = found("campaigns.links")
    assert (result, detail) == ("broken", "a campaign may link to `/{name}/`")


def test_answers_kept_in_order_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_order(survey: str, question: str, value: str, using: str) -> None:
        rows = models.SurveyAnswer.objects.using(using)
        rows.create(id=10**9 + rows.count(), survey=survey, question=question, value=value)

    monkeypatch.setattr(answering, "_stir_in", in_order)
    assert found(f"surveys.{ASKING}") == (
        "broken",
        'answers lie in the order in which they came ("id")',
    )


def test_a_link_kept_after_its_use_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.SurveyToken.objects.all().__class__, "delete", lambda self: (1, {}))
    result, detail = found(f"surveys.{ASKING}")
    assert (result, detail) == ("broken", "a link works twice")
