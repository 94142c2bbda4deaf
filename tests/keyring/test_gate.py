"""A key-encryption key is retired only while nobody is making a key under it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.keyring.test_store import open_, restart, seal
from upheld import keyring
from upheld.keyring import kek, rotation
from upheld.keyring.models import IndexKey, SubjectKey
from upheld.keyring.rotation import rotate


@pytest.fixture
def old(folder: Path, transactional_db: None) -> str:
    """The id of a KEK in use."""
    IndexKey.objects.all().delete()
    restart()
    kek.ensure()
    keyring.sealer()
    return kek.keks().current()


def test_a_maker_inside_keeps_the_kek(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_TRIES", 2)
    monkeypatch.setattr(rotation, "_WAIT", 0)
    used = kek.keks().add()  # nothing else is under it: the index key is under the first
    made, go = threading.Event(), threading.Event()
    tokens = []

    def make() -> None:
        with transaction.atomic():
            tokens.append(seal())
            made.set()
            go.wait(10)
        connection.close()

    maker = threading.Thread(target=make)
    maker.start()
    assert made.wait(10)
    try:
        kek.keks().add()
        assert rotation._retired("default", kek.keks(), used) is False
        assert used in kek.keks().ids()
    finally:
        go.set()
        maker.join()
    assert SubjectKey.objects.get().kek == used
    assert rotation._retired("default", kek.keks(), used) is False
    assert rotate().retired == (old, used)
    restart()
    assert open_(tokens[0]) == "x"


def test_a_key_wrapped_just_before_its_kek_went_is_wrapped_again(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On SQLite a rotation can pass between wrapping and inserting.
    found = kek.keks()
    wrap = found.wrap

    def rotated_meanwhile(key: bytes, context: bytes) -> tuple[str, bytes]:
        done = wrap(key, context)
        monkeypatch.undo()
        rotation._rewrap_index("default", found, found.add())
        found.retire(old)
        return done

    monkeypatch.setattr(found, "wrap", rotated_meanwhile)
    token = seal()
    assert SubjectKey.objects.get().kek == found.current() != old
    restart()
    assert open_(token) == "x"
