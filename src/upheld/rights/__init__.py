"""A person's rights: see, take and delete what is held about them."""

from upheld.rights.blocking import ErasureBlocked, blocks, blocks_erasure
from upheld.rights.erasure import ErasureIncomplete, erase
from upheld.rights.export import build as export
from upheld.rights.holdings import by_category, rows
from upheld.rights.plan import Plan, plan

__all__ = [
    "ErasureBlocked",
    "ErasureIncomplete",
    "Plan",
    "blocks",
    "blocks_erasure",
    "by_category",
    "erase",
    "export",
    "plan",
    "rows",
]
