"""A person's rights: see, take and delete what is held about them."""

from upheld.rights.blocking import ErasureBlocked, blocks, blocks_erasure
from upheld.rights.erasure import ErasureIncomplete, Outcome, erase, erase_many
from upheld.rights.export import build as export
from upheld.rights.holdings import by_category, rows
from upheld.rights.plan import Plan, plan
from upheld.rights.replay import Replay, replay

__all__ = [
    "ErasureBlocked",
    "ErasureIncomplete",
    "Outcome",
    "Plan",
    "Replay",
    "blocks",
    "blocks_erasure",
    "by_category",
    "erase",
    "erase_many",
    "export",
    "plan",
    "replay",
    "rows",
]
