"""Destroying a subject's keys ends their values, no others, and only with the commit."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.keyring.test_store import in_a_thread, key_of, open_, restart, seal
from upheld import keyring
from upheld.errors import KeyDestroyed
from upheld.keyring import lifecycle
from upheld.keyring.models import SubjectKey


@pytest.mark.django_db
def test_destroyed_values_never_open_again_and_bystanders_do() -> None:
    gone, kept = seal(), seal(subject="member:2")
    assert keyring.destroy("member:1") == (key_of(gone),)
    for _ in range(2):
        with pytest.raises(KeyDestroyed) as caught:
            open_(gone)
        restart()
    assert caught.value.message == (
        f"data key `{key_of(gone).hex()}` was destroyed when its subject was erased"
    )
    assert open_(kept) == "x"
    row = SubjectKey.objects.get(pk=key_of(gone).hex())
    assert (row.wrapped, row.kek, row.subject) == (None, "", None)
    assert row.destroyed_at is not None


@pytest.mark.django_db
def test_destroying_again_or_nobody_changes_nothing() -> None:
    seal()
    assert len(keyring.destroy("member:1")) == 1
    first = SubjectKey.objects.get().destroyed_at
    assert keyring.destroy("member:1") == ()
    assert keyring.destroy(["member:8", "member:9"]) == ()
    assert keyring.destroy([]) == ()
    assert SubjectKey.objects.get().destroyed_at == first


@pytest.mark.django_db
def test_a_subject_that_comes_back_gets_a_new_key() -> None:
    gone = seal()
    keyring.destroy("member:1")
    new = seal("again")
    assert key_of(new) != key_of(gone)
    assert open_(new) == "again"


@pytest.mark.django_db
def test_many_subjects_and_unowned_keys_go_in_one_call() -> None:
    (reference,) = keyring.unowned()
    tokens = [seal(subject=f"member:{n}") for n in range(20)] + [seal(subject=reference)]
    kept = seal(subject="member:99")
    gone = keyring.destroy([*(f"member:{n}" for n in range(20)), reference])
    assert set(gone) == {key_of(t) for t in tokens}
    assert open_(kept) == "x"


@pytest.mark.django_db
def test_a_key_reference_does_not_destroy_an_owned_key() -> None:
    token = seal()
    assert keyring.destroy("key:" + key_of(token).hex()) == ()
    assert open_(token) == "x"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_destruction_leaves_everything_readable() -> None:
    token = seal()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        keyring.destroy("member:1")
        with pytest.raises(KeyDestroyed):
            open_(token)
        raise ZeroDivisionError
    assert open_(token) == "x"
    assert key_of(seal()) == key_of(token)
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            keyring.destroy("member:1")
            raise ZeroDivisionError
        assert open_(token) == "x"
    assert open_(token) == "x"


@pytest.mark.django_db(transaction=True)
def test_this_process_forgets_at_once_whoever_read_last() -> None:
    token = seal()
    with transaction.atomic():
        keyring.destroy("member:1")
        # Another thread reads it meanwhile, from before the commit.
        lifecycle.store()._memory.keep(key_of(token), bytes(32), 60)
        with pytest.raises(KeyDestroyed):
            open_(token)
    with pytest.raises(KeyDestroyed):
        open_(token)
    assert not keyring.sealer()._ciphers


@pytest.mark.django_db(transaction=True)
def test_a_key_made_and_destroyed_in_one_transaction_is_not_remembered() -> None:
    keyring.sealer()
    with transaction.atomic():
        seal(subject="member:2")
        with transaction.atomic():
            token = seal()
        keyring.destroy(["member:1", "member:2"])
    assert lifecycle.store()._memory.get(key_of(token)) is None
    with pytest.raises(KeyDestroyed):
        open_(token)


@pytest.mark.django_db(transaction=True)
def test_another_process_stops_reading_within_the_stated_seconds(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from upheld.keyring import memory

    now = [1000.0]
    monkeypatch.setattr(memory, "monotonic", lambda: now[0])
    settings.UPHELD = {**settings.UPHELD, "KEY_CACHE_SECONDS": 5.0}
    token = seal()
    assert open_(token) == "x"
    # What another process does, which this memory does not hear of:
    SubjectKey.objects.update(wrapped=None, kek="", destroyed_at=timezone.now())
    now[0] += 0.9
    assert key_of(seal()) == key_of(token)
    now[0] += 0.2
    assert key_of(seal()) != key_of(token)  # writing asks again after one second
    now[0] += 3.8
    assert open_(token) == "x"
    now[0] += 0.2
    with pytest.raises(KeyDestroyed):
        open_(token)


@pytest.mark.django_db(transaction=True)
def test_destroyed_is_destroyed_for_other_connections() -> None:
    token = seal()
    keyring.destroy("member:1")

    def read() -> type[BaseException]:
        with pytest.raises(KeyDestroyed) as caught:
            open_(token)
        return caught.type

    assert in_a_thread(read) is KeyDestroyed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "half",
    [
        {"wrapped": None},
        {"destroyed_at": timezone.now()},
        {"wrapped": None, "destroyed_at": timezone.now()},  # a KEK is still named
    ],
)
def test_the_table_knows_no_half_destroyed_key(half: dict[str, Any]) -> None:
    seal()
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectKey.objects.update(**half)
