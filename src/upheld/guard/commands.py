"""The guard's commands: `report`, `seal`, `unresolved` and those of the second line."""

from __future__ import annotations

from upheld.guard.reporting import Report
from upheld.guard.sealcommand import Seal
from upheld.guard.secondline.commands import COMMANDS as SECOND_LINE
from upheld.guard.unresolved import Unresolved
from upheld.ports import Subcommand

COMMANDS: dict[str, Subcommand] = {
    "report": Report(),
    "seal": Seal(),
    "unresolved": Unresolved(),
    **SECOND_LINE,
}
