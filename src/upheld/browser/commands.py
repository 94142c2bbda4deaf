"""The browser's commands."""

from __future__ import annotations

from upheld.browser.visits.commands import COMMANDS as VISITS
from upheld.ports import Subcommand

COMMANDS: dict[str, Subcommand] = {**VISITS}
