"""What the policy in force lets a browser keep and load.

Worked out once for each governance and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from upheld.browser.names import Declared, work_out
from upheld.conf import conf
from upheld.datamap.active import Active
from upheld.errors import UpheldError
from upheld.policy.load import load_policy
from upheld.policy.types import Cookie

_KEY = (__name__, "declared")


def declared(governance: Active) -> Declared:
    """Return what `governance` declares for the browser."""
    found: Declared | None = governance.kept.get(_KEY)
    if found is None:
        earlier = tuple(_earlier(conf().PRIVACY_DIR))
        found = work_out(governance.policy, conf().EMBED_ORIGINS, earlier)
        governance.kept[_KEY] = found
    return found


def _earlier(folder: Path | None) -> Iterator[Cookie]:
    """Cookies of the published earlier versions, whichever of them can still be read."""
    if folder is None:
        return
    for path in sorted((folder / "versions").glob("policy.*.yaml")):
        with suppress(UpheldError, OSError):
            yield from load_policy(path).cookies.values()
