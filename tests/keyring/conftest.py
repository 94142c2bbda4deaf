"""A keys folder of its own, and a memory that holds nothing from another test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from upheld.keyring import kek, lifecycle


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    lifecycle.forget()
    yield
    lifecycle.forget()


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty keys folder that the settings name."""
    monkeypatch.delenv(kek.VARIABLE, raising=False)
    keys = tmp_path / "keys"
    settings.UPHELD = {**settings.UPHELD, "KEYS_DIR": keys}
    return keys
