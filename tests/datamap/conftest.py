"""A copy of the clinic's privacy folder to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def privacy_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings.UPHELD["PRIVACY_DIR"], tmp_path / "privacy"))
