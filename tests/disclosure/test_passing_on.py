"""Erasure and correction reach everybody who was given the data."""

from __future__ import annotations

from django.utils import timezone

from tests.disclosure.conftest import VISITS, Courier
from tests.project.clinic.models import Appointment, Patient
from tests.rights.conftest import ENGINE, Person
from upheld.context import purpose
from upheld.disclosure.delivering import hand_overs
from upheld.disclosure.gate import queue
from upheld.disclosure.models import HandedRow, Notice
from upheld.disclosure.passing_on import corrected, erased, given_of, notices

Visit = tuple[Person, Appointment]


def _sent(visit: Visit) -> HandedRow:
    with purpose("order_fulfilment", actor=ENGINE):
        queue(VISITS, [visit[1]])
    assert hand_overs() == {"sent": 1}
    return HandedRow.objects.get()


def test_the_person_sees_who_was_given_what(visit: Visit, reached: Courier) -> None:
    _sent(visit)
    (given,) = given_of(visit[0].subject)
    assert (given.name, given.categories) == ("The courier", ("address.delivery", "name.legal"))
    assert given_of("member:999999") == []


def test_an_erasure_is_passed_on_until_it_is_done(visit: Visit, reached: Courier) -> None:
    row = _sent(visit)
    assert len(erased([visit[0].subject])) == 1
    assert not HandedRow.objects.exists()
    reached.status = 503
    assert notices() == {"later": 1}
    reached.status = 202
    Notice.objects.update(next_at=timezone.now())
    assert notices() == {"later": 1}
    assert Notice.objects.get().state == "sent"
    reached.status = 200
    Notice.objects.update(next_at=timezone.now())
    assert notices() == {"done": 1}
    assert notices() == {}
    told = [body for body in reached.bodies if isinstance(body, dict)]
    key = Notice.objects.get().key
    assert told == [{"notice": "erase", "key": key, "references": [row.reference]}] * 3


def test_nothing_in_a_notice_leads_to_the_person(visit: Visit, reached: Courier) -> None:
    _sent(visit)
    erased([visit[0].subject])
    text = " ".join(str(value) for value in Notice.objects.values().get().values())
    assert visit[0].subject not in text
    assert "Wren" not in text


def test_erased_before_it_was_sent_is_never_sent(visit: Visit, reached: Courier) -> None:
    with purpose("order_fulfilment", actor=ENGINE):
        queue(VISITS, [visit[1]])
    assert erased([visit[0].subject]) == []
    assert hand_overs() == {"dropped": 1}
    assert reached.bodies == []


def test_a_correction_is_passed_on_once_with_the_newest_value(
    visit: Visit, reached: Courier
) -> None:
    row = _sent(visit)
    with purpose("rights", actor=ENGINE, subject=visit[0].subject):
        Patient.objects.filter(pk=visit[0].patient.pk).update(name="Wren Ashe")
    assert len(corrected(visit[0].subject, ["name.legal"])) == 1
    assert corrected(visit[0].subject, ["name.legal"]) == []
    assert notices() == {"done": 1}
    (line,) = reached.bodies[-1]["rows"]
    assert (line["reference"], line["name"]) == (row.reference, "Wren Ashe")


def test_a_correction_of_something_else_is_not(visit: Visit, reached: Courier) -> None:
    _sent(visit)
    assert corrected(visit[0].subject, ["taste.colour"]) == []
