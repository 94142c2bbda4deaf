from __future__ import annotations

import asyncio
import json
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from upheld import context, journal
from upheld.context import Actor
from upheld.evidence.leaf import Leaf, decode
from upheld.journal import Event, sequencer, writing
from upheld.journal.buffer import current_buffer
from upheld.journal.models import Inbox, Pseudonym

DISPATCH = Actor("staff", "member:7", frozenset({"dispatch"}))


def read(model: str = "order.Order", **given: object) -> Event:
    return Event(
        "read", "order_fulfilment", DISPATCH, "orders", "r1", model,
        **{"categories": ("name.legal",), "rows": 2, "subjects": ("member:42",),
           "decision": "allow"} | given,
    )  # fmt: skip


def waiting() -> list[Leaf]:
    return [decode(text) for text in Inbox.objects.order_by("id").values_list("text", flat=True)]


@pytest.mark.django_db
def test_events_that_say_the_same_are_merged() -> None:
    journal.note(read())
    journal.note(read(rows=3, subjects=("member:43",), categories=("contact.email",)))
    journal.note(read("order.Line"))
    assert journal.flush() == 2
    first, second = waiting()
    assert (first.count, first.rows, len(first.subjects)) == (2, 5, 2)
    assert first.categories == ("contact.email", "name.legal")
    assert (first.kind, first.purpose, first.place) == ("read", "order_fulfilment", "orders")
    assert (first.actor, first.posts, first.decision) == ("staff", ("dispatch",), "allow")
    assert (second.model, second.count) == ("order.Line", 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"decision": "refuse"},
        {"details": {"recipient": "carrier"}},
    ],
)
def test_events_that_differ_are_not_merged(other: dict[str, object]) -> None:
    journal.note(read())
    journal.note(read(**other))
    assert journal.flush() == 2


@pytest.mark.django_db
def test_a_leaf_names_nobody() -> None:
    journal.note(read(subjects=("member:42", "guest:abcdefghijklmnopqrst")))
    journal.flush()
    text = Inbox.objects.get().text
    for person in ("member:42", "member:7", "guest:", "abcdefghijklmnopqrst"):
        assert person not in text
    record = json.loads(text)
    assert all(len(name) == 27 for name in (*record["subjects"], record["ref"]))


@pytest.mark.django_db
def test_visitors_and_the_system_are_named_as_they_are() -> None:
    journal.note(Event("read", actor=Actor("system", "system:sweep")))
    journal.note(Event("read"))
    journal.flush()
    assert [leaf.ref for leaf in waiting()] == ["system:sweep", "visitor:-"]
    assert not Pseudonym.objects.exists()


@pytest.mark.django_db
def test_a_visitor_known_by_their_session_is_a_person() -> None:
    journal.note(Event("read", actor=Actor("visitor", "session:abc")))
    journal.flush()
    (leaf,) = waiting()
    assert (leaf.actor, len(leaf.ref)) == ("visitor", 27)


@pytest.mark.django_db
def test_a_second_flush_writes_nothing() -> None:
    journal.note(read())
    assert (journal.flush(), journal.flush()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_flush_of_known_people_is_one_read_and_one_insert(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal.note(read())
    journal.flush()
    for number in range(30):
        journal.note(read(f"shop.Model{number}"))
    monkeypatch.setattr(sequencer, "_last", float("inf"))
    with CaptureQueriesContext(connection) as queries:
        journal.flush()
    verbs = [query["sql"].split()[0] for query in queries]
    assert [verb for verb in verbs if verb not in ("BEGIN", "COMMIT")] == ["SELECT", "INSERT"]


@pytest.mark.django_db
def test_an_event_of_very_many_people_is_written_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "SUBJECTS_IN_LEAF", 3)
    journal.note(read(subjects=tuple(f"member:{number}" for number in range(8))))
    assert journal.flush() == 3
    leaves = waiting()
    assert [leaf.part for leaf in leaves] == [(1, 3), (2, 3), (3, 3)]
    assert [len(leaf.subjects) for leaf in leaves] == [3, 3, 2]
    assert len({name for leaf in leaves for name in leaf.subjects}) == 8
    assert [leaf.id for leaf in leaves[1:]] == [leaves[0].id + ".2", leaves[0].id + ".3"]


@pytest.mark.django_db
def test_here_takes_what_the_context_says() -> None:
    with context.entered(context.Context("after_sales", DISPATCH, "member:42", "cases", "r9")):
        assert journal.here("read", model="case.Case", rows=1) == Event(
            "read", "after_sales", DISPATCH, "cases", "r9", "case.Case", rows=1
        )


@pytest.mark.django_db
def test_a_request_is_flushed_at_its_end_even_when_it_fails() -> None:
    with pytest.raises(ValueError, match="the view failed"), journal.buffered():
        journal.note(read(decision="refuse"))
        raise ValueError("the view failed")
    assert [leaf.decision for leaf in waiting()] == ["refuse"]


@pytest.mark.django_db
def test_a_failed_flush_keeps_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("no connection")

    journal.note(read())
    with monkeypatch.context() as patch:
        patch.setattr(writing, "pseudonyms_of", fail)
        with pytest.raises(DatabaseError, match="no connection"):
            journal.flush()
    assert len(current_buffer().groups) == 1
    assert journal.flush() == 1


@pytest.mark.django_db
def test_a_flush_that_failed_after_it_was_written_logs_once() -> None:
    journal.note(read())
    buffer = current_buffer()
    groups = buffer.groups
    journal.flush()
    journal.sequence()
    buffer.groups = groups  # as if the answer to the insert had been lost
    journal.flush()
    journal.sequence()
    assert journal.verify().size == 1
    assert not Inbox.objects.exists()


@pytest.mark.django_db
def test_a_synchronous_event_shares_the_fate_of_its_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.write_now(Event("erasure", subjects=("member:42",)))
        raise ZeroDivisionError
    assert not Inbox.objects.exists()
    event = journal.write_now(Event("erasure", subjects=("member:42",)))
    assert Inbox.objects.get().event == event


def test_tasks_of_one_request_share_its_buffer() -> None:
    async def request() -> None:
        async def part() -> None:
            journal.note(read())

        current_buffer()
        await asyncio.gather(part(), part())
        assert [group.count for group in current_buffer().groups.values()] == [2]

    asyncio.run(request())


def test_another_thread_has_its_own_buffer() -> None:
    seen: list[int] = []
    journal.note(read())

    def work() -> None:
        seen.append(len(current_buffer().groups))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [0]
