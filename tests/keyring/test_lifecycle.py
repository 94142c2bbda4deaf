"""The keys that must be there first, and what happens when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.keyring.test_store import key_of, open_, restart, seal
from upheld import keyring
from upheld.errors import ConfigurationError, UnknownKey
from upheld.keyring import kek, lifecycle
from upheld.keyring.folder import FolderKeks
from upheld.keyring.models import IndexKey, SubjectKey

SCOPE = "-:contact.email"


@pytest.mark.django_db
def test_there_is_one_sealer_and_its_index_lasts() -> None:
    one = keyring.sealer()
    assert keyring.sealer() is one
    blind = one.blind(SCOPE, "mia@mail.example")
    restart()
    assert keyring.sealer() is not one
    assert keyring.sealer().blind(SCOPE, "mia@mail.example") == blind
    assert IndexKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_index_key_of_a_rolled_back_transaction_is_not_kept() -> None:
    IndexKey.objects.all().delete()
    restart()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = keyring.sealer().blind(SCOPE, "mia@mail.example")
        assert keyring.sealer().blind(SCOPE, "mia@mail.example") == lost
        raise ZeroDivisionError
    assert not IndexKey.objects.exists()
    blind = keyring.sealer().blind(SCOPE, "mia@mail.example")
    assert blind != lost
    restart()
    assert keyring.sealer().blind(SCOPE, "mia@mail.example") == blind


@pytest.mark.django_db(transaction=True)
def test_migrate_makes_the_first_keys(folder: Path) -> None:
    IndexKey.objects.all().delete()
    restart()
    call_command("flush", interactive=False, verbosity=0)
    assert len(kek.keks().ids()) == 1
    assert IndexKey.objects.get().kek == kek.keks().current()


@pytest.mark.django_db(transaction=True)
def test_a_flush_forgets_the_keys_it_deleted() -> None:
    before = seal()
    call_command("flush", interactive=False, verbosity=0)
    assert key_of(seal()) != key_of(before)
    assert SubjectKey.objects.count() == 1


@pytest.mark.django_db
def test_a_lost_keys_folder_is_not_papered_over(folder: Path) -> None:
    IndexKey.objects.all().delete()
    lifecycle.ensure()
    token = seal()
    shutil.rmtree(folder)
    restart()
    fresh = FolderKeks(folder)
    kek._made[None, folder] = fresh  # another process: nothing read yet
    with pytest.raises(ConfigurationError) as caught:
        lifecycle.ensure()
    assert caught.value.message == (
        "the database has sealed data but there is no key-encryption key"
    )
    assert caught.value.hint == "restore the keys folder from where you keep its copy"
    assert not folder.exists()
    with pytest.raises(UnknownKey):
        open_(token)
