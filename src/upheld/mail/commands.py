"""The mail room's commands for `manage.py upheld`."""

from __future__ import annotations

from upheld.mail.bounces.command import Bounces
from upheld.mail.campaigns.commands import COMMANDS as CAMPAIGNS
from upheld.mail.signing.command import Dkim
from upheld.ports import Subcommand

COMMANDS: dict[str, Subcommand] = {"bounces": Bounces(), "dkim": Dkim(), **CAMPAIGNS}
