"""One browser of a visitor."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def visitor(db: None) -> Client:
    return Client()
