"""The engine's project for a process that restores a backup."""

from __future__ import annotations

import os

from tests.journal.processes_settings import *  # noqa: F403 - settings are read by name

UPHELD = {**UPHELD, "REPLAY_FILE": os.environ["UPHELD_TEST_REPLAY"]}  # noqa: F405 - see above
