from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from upheld import journal
from upheld.evidence.hashing import leaf_hash
from upheld.evidence.tiles import peaks
from upheld.evidence.tree import Frontier
from upheld.journal import Event, sequencer, tilestore
from upheld.journal.checkpoints import tree_size
from upheld.journal.inserting import insert
from upheld.journal.models import Head, Inbox, Leaf, LeafSubject, Tile

pytestmark = pytest.mark.django_db


def write(count: int, **given: object) -> list[str]:
    return [
        journal.write_now(Event("export", rows=number, subjects=("member:1",), **given))
        for number in range(count)
    ]


def test_events_take_their_places_in_the_order_they_came() -> None:
    events = write(3)
    assert journal.sequence() == 3
    assert list(Leaf.objects.order_by("index").values_list("index", "event")) == list(
        enumerate(events)
    )
    assert not Inbox.objects.exists()
    assert tree_size() == 3
    assert LeafSubject.objects.count() == 3


def test_the_stored_tree_is_the_tree_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 100)
    write(270)
    assert journal.sequence() == 270
    frontier = Frontier()
    frontier.extend(
        leaf_hash(text.encode())
        for text in Leaf.objects.order_by("index").values_list("text", flat=True)
    )
    assert Frontier(270, peaks(270, tilestore.reader("default"))).root() == frontier.root()
    assert list(Tile.objects.order_by("level", "index").values_list("level", "index")) == [
        (0, 0),
        (0, 1),
        (1, 0),
    ]


def test_a_bound_is_kept_to_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 3)
    write(8)
    assert journal.sequence(at_most=4) == 6
    assert journal.sequence() == 2


def test_sequencing_nothing_is_nothing() -> None:
    assert journal.sequence() == 0
    assert not Head.objects.exists()


def test_an_event_that_is_a_leaf_already_is_not_doubled() -> None:
    write(1)
    row = Inbox.objects.get()
    journal.sequence()
    Inbox.objects.create(event=row.event, text=row.text)
    journal.sequence()
    assert tree_size() == Leaf.objects.count() == 1
    assert not Inbox.objects.exists()


@pytest.mark.parametrize("step", ["tiles", "leaves", "size"])
def test_a_batch_that_fails_at_any_step_leaves_the_log_as_it_was(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(2)
    journal.sequence()
    before = bytes(Tile.objects.get().hashes)
    write(3)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("the disk is full")

    def leaves_alone(model: type, *args: Any, **kwargs: Any) -> int:
        if model is LeafSubject:
            fail()
        return insert(model, *args, **kwargs)

    with monkeypatch.context() as patch:
        if step == "tiles":
            patch.setattr(tilestore, "write", fail)
        elif step == "leaves":
            patch.setattr(sequencer, "insert", leaves_alone)
        else:
            patch.setattr("django.db.models.query.QuerySet.delete", fail)
        with pytest.raises(DatabaseError), transaction.atomic():
            journal.sequence()
    assert (tree_size(), Leaf.objects.count(), Inbox.objects.count()) == (2, 2, 3)
    assert bytes(Tile.objects.get().hashes) == before
    assert journal.sequence() == 3
    assert journal.verify().findings == ()


@pytest.mark.django_db(transaction=True)
def test_a_request_sequences_when_it_is_due_and_only_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(sequencer.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(sequencer, "_last", 1000.0)
    journal.note(Event("read"))
    journal.flush()
    assert tree_size() == 0
    clock[0] += 2.0
    with transaction.atomic():
        journal.note(Event("read"))
        journal.flush()
    assert tree_size() == 0
    journal.note(Event("read"))
    journal.flush()
    assert tree_size() == 3


@pytest.mark.django_db(transaction=True)
def test_a_request_moves_its_share_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "SHARE", 5)
    write(8)
    monkeypatch.setattr(sequencer, "_last", float("-inf"))
    journal.note(Event("read"))
    journal.flush()
    assert (tree_size(), Inbox.objects.count()) == (5, 4)


@pytest.mark.django_db(transaction=True)
def test_a_request_does_not_fail_when_sequencing_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sequencer, "_last", float("-inf"))

    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("busy")

    monkeypatch.setattr(tilestore, "write", fail)
    journal.note(Event("read"))
    assert journal.flush() == 1
    assert Inbox.objects.count() == 1
    assert "events wait in the inbox: they could not be sequenced" in caplog.text
