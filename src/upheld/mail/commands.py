"""The mail room's commands for `manage.py upheld`."""

from __future__ import annotations

from upheld.mail.campaigns.commands import COMMANDS as CAMPAIGNS
from upheld.ports import Subcommand

COMMANDS: dict[str, Subcommand] = {**CAMPAIGNS}
