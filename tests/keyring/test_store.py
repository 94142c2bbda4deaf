"""Data keys are found, made and remembered; a rolled back key never existed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from upheld import keyring
from upheld.errors import KeyDestroyed, KeyOwned, SealingError, UnknownKey
from upheld.keyring import lifecycle
from upheld.keyring.models import SubjectKey
from upheld.sealing import key_id_of

COLUMN = "clinic.Visit.note"


def seal(value: str = "x", subject: str | None = "member:1") -> str:
    return keyring.sealer().seal(value, column=COLUMN, subject=subject)


def open_(token: str) -> str:
    return keyring.sealer().open(token, column=COLUMN)


def key_of(token: str) -> bytes:
    key_id = key_id_of(token)
    assert key_id is not None
    return key_id


def restart() -> None:
    """As another process would start: nothing in memory."""
    lifecycle.forget()


def in_a_thread(work: Any) -> Any:
    """Run on another connection, as another thread of this process."""
    results: list[Any] = []

    def run() -> None:
        results.append(work())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.django_db
def test_a_subject_has_one_key_for_all_its_values() -> None:
    one, two, other = seal(), seal("y"), seal(subject="member:2")
    assert key_of(one) == key_of(two) != key_of(other)
    restart()
    assert [open_(t) for t in (one, two, other)] == ["x", "y", "x"]
    assert key_of(seal()) == key_of(one)
    assert SubjectKey.objects.count() == 2


@pytest.mark.django_db
def test_nothing_in_the_table_opens_anything() -> None:
    token = seal()
    row = SubjectKey.objects.get()
    key = lifecycle.store().for_reading(key_of(token))
    assert row.wrapped is not None
    assert key not in bytes(row.wrapped)
    assert len(row.wrapped) == 12 + 32 + 16


@pytest.mark.django_db(transaction=True)
def test_keys_in_memory_cost_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = seal()
    with django_assert_num_queries(0):
        assert open_(token) == "x"
        seal("y")
    restart()
    keyring.sealer()
    with django_assert_num_queries(1):
        assert open_(token) == open_(token) == "x"


@pytest.mark.django_db(transaction=True)
def test_many_keys_come_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tokens = [seal(f"v{n}", f"member:{n}") for n in range(30)]
    restart()
    sealer = keyring.sealer()
    with django_assert_num_queries(1):
        sealer.prefetch([*tokens, "", "plain"])
        assert [open_(t) for t in tokens] == [f"v{n}" for n in range(30)]
    with django_assert_num_queries(0):
        keyring.prefetch_keys([key_of(t) for t in tokens])


@pytest.mark.django_db
def test_keys_of_many_subjects_are_made_at_once(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    known = key_of(seal(subject="member:0"))
    with django_assert_max_num_queries(3):  # find, go through the gate, insert
        keyring.prepare([f"member:{n}" for n in range(50)])
        tokens = [seal(subject=f"member:{n}") for n in range(50)]
    assert key_of(tokens[0]) == known
    assert len({key_of(t) for t in tokens}) == 50 == SubjectKey.objects.count()


@pytest.mark.django_db
def test_an_unknown_key_is_named() -> None:
    keyring.sealer()
    with pytest.raises(UnknownKey) as caught:
        lifecycle.store().for_reading(bytes(16))
    assert caught.value.message == f"data key `{'00' * 16}` does not exist"


@pytest.mark.django_db(transaction=True)
def test_a_key_of_a_rolled_back_transaction_is_never_used() -> None:
    memory = lifecycle.store()._memory
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = seal()
        assert open_(lost) == "x"
        assert memory.get(key_of(lost)) is memory.writing("member:1") is None
        raise ZeroDivisionError
    assert SubjectKey.objects.count() == 0
    with pytest.raises(UnknownKey):
        open_(lost)
    token = seal()
    assert key_of(token) != key_of(lost)
    assert SubjectKey.objects.get().key_id == key_of(token).hex()


@pytest.mark.django_db(transaction=True)
def test_a_key_of_a_rolled_back_savepoint_is_never_used() -> None:
    keyring.sealer()
    with transaction.atomic():
        kept = seal(subject="member:2")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            lost = seal()
            raise ZeroDivisionError
        with pytest.raises(UnknownKey):
            open_(lost)
        token = seal()
        with transaction.atomic():
            inner = seal(subject="member:3")
        assert key_of(seal(subject="member:3")) == key_of(inner)
    restart()
    assert [open_(t) for t in (kept, token, inner)] == ["x", "x", "x"]
    assert SubjectKey.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_key_is_known_to_others_once_committed() -> None:
    with transaction.atomic():
        token = seal()
    assert in_a_thread(lambda: open_(token)) == "x"
    assert in_a_thread(lambda: key_of(seal())) == key_of(token)


@pytest.mark.django_db
def test_commit_hooks_run_by_a_test_tool_publish_nothing(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        seal()
    assert lifecycle.store()._memory.writing("member:1") is None


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_may_each_make_a_key() -> None:
    keyring.sealer()
    tokens = []
    barrier = threading.Barrier(2, timeout=10)
    store = lifecycle.store()
    turn = threading.Lock()
    whole = store._prepare

    def both_look_first(subjects: list[str]) -> None:
        assert not SubjectKey.objects.filter(subject__in=subjects).exists()
        barrier.wait()
        with turn:  # the database in memory has no queue for writers
            store._make(list(subjects))

    store._prepare = both_look_first  # type: ignore[method-assign] # forces the race

    def write() -> None:
        tokens.append(seal())
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store._prepare = whole  # type: ignore[method-assign] # put back
    assert SubjectKey.objects.filter(subject="member:1").count() == 2
    restart()
    assert [open_(t) for t in tokens] == ["x", "x"]
    oldest = SubjectKey.objects.order_by("created_at", "key_id").values_list("key_id", flat=True)
    assert key_of(seal()).hex() == oldest[0]
    assert len(keyring.destroy("member:1")) == 2
    for token in tokens:
        with pytest.raises(KeyDestroyed):
            open_(token)


@pytest.mark.django_db
def test_an_unowned_key_is_adopted_once() -> None:
    (reference,) = keyring.unowned()
    token, more = seal(subject=reference), seal("y", subject=reference)
    assert key_of(token) == key_of(more)
    assert SubjectKey.objects.get().subject is None
    keyring.adopt(key_of(token), "member:1")
    keyring.adopt(key_of(token), "member:1")
    assert SubjectKey.objects.get().subject == "member:1"
    with pytest.raises(KeyOwned) as caught:
        keyring.adopt(key_of(token), "member:2")
    assert caught.value.message == (
        f"data key `{key_of(token).hex()}` belongs to another subject than `member:2`"
    )
    with pytest.raises(UnknownKey):
        keyring.adopt(bytes(16), "member:1")
    with pytest.raises(SealingError, match="`nobody` is not a subject"):
        keyring.adopt(key_of(token), "nobody")
    keyring.destroy("member:1")
    with pytest.raises(KeyDestroyed):
        keyring.adopt(key_of(token), "member:1")


@pytest.mark.django_db(transaction=True)
def test_an_adoption_that_is_rolled_back_is_never_used() -> None:
    keyring.sealer()
    (committed,) = keyring.unowned()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        (made,) = keyring.unowned()
        for reference, subject in ((committed, "member:1"), (made, "member:2")):
            token = seal(subject=reference)
            keyring.adopt(key_of(token), subject)
            assert key_of(seal(subject=subject)) == key_of(token)
        raise ZeroDivisionError
    tokens = [seal(subject="member:1"), seal(subject="member:2")]
    owners = keyring.owners(key_of(token) for token in tokens)
    assert sorted(map(str, owners.values())) == ["member:1", "member:2"]


@pytest.mark.django_db(transaction=True)
def test_an_adopted_key_is_the_subjects_from_the_commit_on() -> None:
    keyring.sealer()
    with transaction.atomic():
        (reference,) = keyring.unowned()
        token = seal(subject=reference)
        keyring.adopt(key_of(token), "member:1")
        assert key_of(seal()) == key_of(token)
    assert key_of(seal()) == key_of(token)
    assert keyring.destroy("member:1") == (key_of(token),)


@pytest.mark.django_db
def test_a_moved_value_shows_by_the_owner_of_its_key() -> None:
    mine, gone, loose = seal(), seal(subject="member:2"), seal(subject=None)
    keyring.destroy("member:2")
    ids = [key_of(token) for token in (mine, gone, loose)]
    assert keyring.owners([*ids, bytes(16)]) == dict(
        zip(ids, ("member:1", None, None), strict=True)
    )


@pytest.mark.django_db
def test_each_row_without_a_subject_has_a_key_of_its_own() -> None:
    assert key_of(seal(subject=None)) != key_of(seal(subject=None))
    assert len(set(keyring.unowned(5))) == 5


@pytest.mark.django_db
def test_a_damaged_key_reference_is_refused() -> None:
    with pytest.raises(SealingError) as caught:
        seal(subject="key:12")
    assert caught.value.message == "`key:12` is no key reference"
