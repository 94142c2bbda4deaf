"""A small stocked shop for the pages' tests, made once a module and rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from sites.appliance_shop.samples.make import make_everything
from sites.appliance_shop.samples.people import DEMO_MEMBER, PASSWORD

PEOPLE = 6


@pytest.fixture(scope="module")
def _stocked(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        with transaction.atomic():
            make_everything(PEOPLE, 3, lambda line: None)
            yield
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def shop(_stocked: None, db: None) -> Iterator[None]:
    """The stocked shop; what a test changes is undone after it."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor() -> Client:
    """Somebody nobody knows."""
    return Client()


@pytest.fixture
def member() -> Client:
    """The demo's member, signed in through the form."""
    client = Client()
    sent = {"login-username": DEMO_MEMBER, "login-password": PASSWORD}
    answer = client.post("/accounts/login/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return client
