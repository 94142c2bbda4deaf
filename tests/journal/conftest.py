"""Each test of the journal starts with nothing noted and its own signing key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from upheld.journal import signing
from upheld.journal.buffer import fresh_buffer


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    signing._kept.clear()
    with fresh_buffer():
        yield
    signing._kept.clear()
