"""Settings of workers that share a folder: answers are remembered between requests."""

from __future__ import annotations

import os

from tests.journal.processes_settings import *  # noqa: F403 - the same but for one setting
from tests.journal.processes_settings import UPHELD as _UPHELD

UPHELD = _UPHELD | {"STATE_DIR": os.environ["UPHELD_TEST_STATE_DIR"]}
