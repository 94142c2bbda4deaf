"""What the probes of the shop find when all is well, asked once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.proving.conftest import protect
from upheld.proving.inspection.running import inspect
from upheld.proving.run import Proof, prove


@pytest.fixture(scope="session")
def proofs(
    django_db_setup: None, django_db_blocker: Any, _quick_passwords: None
) -> tuple[Proof, ...]:
    """Every probe run once on the shop as it is; nothing of it stays."""
    cache.clear()
    with django_db_blocker.unblock(), transaction.atomic():
        protect()
        inspect()
        found = tuple(prove(record=False))
        transaction.set_rollback(True)
    return found
