"""People are told by mail of what was released about them, at once or after the silence."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from tests.rights.conftest import make_person
from upheld import consent, rights
from upheld.disclosure.models import Release
from upheld.rights.enclosing import consents, open_requests
from upheld.rights.requests.opening import Asked, open_request
from upheld.rights.telling import tell_of_releases

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def released(subject: str, **changed: Any) -> Release:
    given: dict[str, Any] = {
        "recipient": "court",
        "purpose": "rights",
        "ground": "court order",
        "authority": "District court of Elmfield",
        "reference": "7 C 431/26",
        "reasoning": "a signed order",
        "subject": subject,
        "scope": ["name.legal"],
        "state": Release.MADE,
        "opened_by": "member:901",
    }
    return Release.objects.create(**given | changed)


def test_the_person_is_told_once() -> None:
    ann = make_person("Ann")
    released(ann.subject)
    assert tell_of_releases(today=DAY) == 1
    assert tell_of_releases(today=DAY) == 0
    (letter,) = mail.outbox
    assert letter.to == [ann.user.email]
    assert letter.subject.endswith(": data about you were released")
    assert "To: court (District court of Elmfield, reference 7 C 431/26)" in letter.body
    assert "On this ground: court order" in letter.body
    assert "We could not tell you before" not in letter.body


def test_silence_ends_on_its_day() -> None:
    ann = make_person("Ann")
    released(ann.subject, silent_because="it would warn an accomplice", silent_until=DAY)
    assert tell_of_releases(today=DAY) == 0
    assert tell_of_releases(today=DAY + timedelta(days=1)) == 1
    assert "because: it would warn an accomplice." in mail.outbox[0].body


def test_nobody_is_told_of_what_was_not_made_or_is_about_everybody() -> None:
    ann = make_person("Ann")
    released(ann.subject, state=Release.APPROVED)
    released("")
    assert tell_of_releases(today=DAY) == 0
    assert mail.outbox == []


def test_a_mail_that_cannot_leave_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = released(make_person("Ann").subject)

    def down(*args: object, **more: object) -> None:
        raise ConnectionRefusedError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr("upheld.rights.telling.deliver", down)
        assert tell_of_releases(today=DAY) == 0
    row.refresh_from_db()
    assert row.told_at is None
    assert tell_of_releases(today=DAY) == 1


def test_a_transfer_takes_open_requests_and_answers_along() -> None:
    ann, ben = make_person("Ann"), make_person("Ben")
    asked = Asked(
        kind="copy",
        channel="phone",
        key="k1",
        subject=ann.subject,
        words="my whole file, please",
        received_at=timezone.now(),
    )
    open_request(asked)
    consent.record(
        ben.subject,
        "weekly_bundle_mail",
        True,
        wording="News?",
        version="1",
        place="a test",
        method="box",
    )
    ((name, whose, line),) = open_requests("default")
    assert (name, whose) == ("requests.jsonl", ann.subject)
    assert (line["kind"], line["state"]) == ("copy", "in_progress")
    assert datetime.fromisoformat(line["received_at"]) <= timezone.now()
    assert "file, please" not in str(line)
    answers = [(whose, line["purpose"], line["granted"]) for _, whose, line in consents("default")]
    assert answers == [(ben.subject, "weekly_bundle_mail", True)]
    rights.erase(ann.subject, ground="a test")
    assert list(open_requests("default")) == []
