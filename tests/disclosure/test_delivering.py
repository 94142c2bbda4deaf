"""What leaves, when, how often, and what is written down first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.disclosure.conftest import COURIER, VISITS, Courier, given
from tests.project.clinic.models import Appointment
from tests.rights.conftest import ENGINE, Person
from upheld import journal
from upheld.context import purpose
from upheld.disclosure.delivering import ATTEMPTS, hand_overs, pause
from upheld.disclosure.gate import queue
from upheld.disclosure.models import HandedRow, HandOver
from upheld.errors import DisclosureRefused

Visit = tuple[Person, Appointment]


def _queue(visit: Visit) -> HandOver:
    with purpose("order_fulfilment", actor=ENGINE):
        return queue(VISITS, [visit[1]])


def test_exactly_the_declared_fields_are_sent(visit: Visit, reached: Courier) -> None:
    handover = _queue(visit)
    assert reached.bodies == []
    assert hand_overs() == {"sent": 1}
    reference = HandedRow.objects.get().reference
    assert reached.bodies == [
        [
            {
                "reference": reference,
                "name": "Wren Oakes",
                "street": "4 Quarry Lane",
                "country": "US",
            }
        ]
    ]
    assert reached.headers[0]["authorization"] == "Bearer courier-token"
    assert reached.headers[0]["idempotency-key"] == handover.key
    handover.refresh_from_db()
    assert (handover.state, handover.rows, handover.contract) == ("sent", 1, "C-7")
    assert handover.categories == ["address.delivery", "name.legal"]


def test_sent_once(visit: Visit, reached: Courier) -> None:
    _queue(visit)
    hand_overs()
    assert hand_overs() == {}
    assert len(reached.bodies) == 1


def test_the_log_says_who_got_what(visit: Visit, reached: Courier) -> None:
    _queue(visit)
    hand_overs()
    entry = next(e for e in journal.events_of(visit[0].subject, limit=50) if e.kind == "disclosure")
    assert entry.purpose == "order_fulfilment"
    assert set(entry.categories) == {"address.delivery", "name.legal"}


def test_the_log_stands_before_a_byte_leaves(
    visit: Visit, reached: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while sending: the log knows, the state says so, and the next run sends it again
    under the same key."""

    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    handover = _queue(visit)
    with monkeypatch.context() as patch:
        patch.setattr("upheld.disclosure.ways.http.Http.send", die)
        with pytest.raises(Killed):
            hand_overs()
    handover.refresh_from_db()
    assert handover.state == "sending"
    kinds = [entry.kind for entry in journal.events_of(visit[0].subject, limit=50)]
    assert kinds.count("disclosure") == 1
    assert hand_overs() == {}  # the lease of the killed worker still runs
    HandOver.objects.update(next_at=timezone.now())
    assert hand_overs() == {"sent": 1}
    assert reached.headers[0]["idempotency-key"] == handover.key
    kinds = [entry.kind for entry in journal.events_of(visit[0].subject, limit=50)]
    assert kinds.count("disclosure") == 1


def test_tried_again_while_the_recipient_is_down(visit: Visit, reached: Courier) -> None:
    handover = _queue(visit)
    reached.status = 503
    assert hand_overs() == {"later": 1}
    handover.refresh_from_db()
    assert handover.next_at > timezone.now() + timedelta(seconds=50)
    reached.status = 200
    HandOver.objects.update(next_at=timezone.now())
    assert hand_overs() == {"sent": 1}
    assert {header["idempotency-key"] for header in reached.headers} == {handover.key}


def test_given_up_after_the_last_attempt(visit: Visit, reached: Courier) -> None:
    handover = _queue(visit)
    reached.status = 503
    HandOver.objects.update(attempts=ATTEMPTS - 1)
    assert hand_overs() == {"failed": 1}
    handover.refresh_from_db()
    assert handover.answer == "503 thanks"


def test_a_refusal_of_the_recipient_is_final(visit: Visit, reached: Courier) -> None:
    _queue(visit)
    reached.status = 422
    assert hand_overs() == {"failed": 1}


def test_redirects_are_not_followed(visit: Visit, reached: Courier) -> None:
    """A redirect would take names and addresses to a place nobody declared."""
    _queue(visit)
    reached.status = 307
    assert hand_overs() == {"failed": 1}
    assert len(reached.bodies) == 1


def test_what_went_meanwhile_does_not_go(visit: Visit, reached: Courier) -> None:
    _queue(visit)
    with purpose("rights", actor=ENGINE):
        Appointment.objects.filter(pk=visit[1].pk).delete()
    assert hand_overs() == {"dropped": 1}
    assert reached.bodies == []
    assert HandedRow.objects.get().left_out == "gone"


def test_todays_rules_count_when_it_is_sent(visit: Visit, reached: Courier) -> None:
    _queue(visit)
    narrower = COURIER.__class__(
        id="courier", purposes=COURIER.purposes, gets=("name.legal",), says=COURIER.says
    )
    with given(narrower):
        assert hand_overs() == {"failed": 1}
    assert reached.bodies == []
    assert HandOver.objects.get().answer == (
        "the feed `visits` may not send `street` (address.delivery) to `courier`"
    )


def test_a_rollback_announces_nothing(visit: Visit, reached: Courier) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        _queue(visit)
        raise RuntimeError
    assert hand_overs() == {}
    assert reached.bodies == []


def test_somebody_elses_row_by_now_does_not_go(visit: Visit, reached: Courier) -> None:
    from tests.rights.conftest import make_person

    _queue(visit)
    other = make_person("Sorrel")
    with purpose("rights", actor=ENGINE):
        Appointment.objects.filter(pk=visit[1].pk).update(patient=other.patient)
    assert hand_overs() == {"dropped": 1}
    assert HandedRow.objects.get().left_out == "somebody else's now"


def test_without_an_address_nothing_is_queued(visit: Visit, settings: Any) -> None:
    settings.UPHELD = {**settings.UPHELD, "RECIPIENTS": {}}
    with given(COURIER), pytest.raises(DisclosureRefused) as refusal:
        _queue(visit)
    assert str(refusal.value) == (
        'nobody said where `courier` is reached (give `RECIPIENTS["courier"]` in `UPHELD`)'
    )


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (12, 360), (40, 360)])
def test_pauses_grow_and_stop_growing(attempts: int, minutes: int) -> None:
    assert pause(attempts) == timedelta(minutes=minutes)
