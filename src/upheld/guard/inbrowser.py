"""What the browser's gate counted, in the words of the report.

The gate stands above the guard and writes its counts beside the guard's: a target of theirs
begins with `cookie:` or `outside:`.
"""

from __future__ import annotations

from typing import Literal

from upheld.datamap.active import Active
from upheld.guard.refused import Finding

File = Literal["policy.yaml", "code"]
ACTIONS = ("set", "load", "link")
_NEXT: dict[str, tuple[File, str]] = {
    "cookie-undeclared": ("policy.yaml", "declare it under `cookies:`, or take out what sets it"),
    "cookie-consent": ("code", "set it only after `consent.allows(request, purpose)`"),
    "cookie-days": ("code", "set it for no longer, or declare more `days` in policy.yaml"),
    "cookie-domain": ("code", "take out its `Domain`: no other host has business with it"),
    "cookie-size": ("code", "keep the content in the session: browsers drop what is so large"),
    "cookie-name": ("code", "give it a name of letters, digits, `_`, `.` and `-`"),
    "csp-origin": ("policy.yaml", "declare it under `embeds:`, or take it out of the settings"),
    "csp-link": ("code", "take it out of the `Link` header"),
    "reported": ("code", "find what asks for it with `upheld crawl`"),
}


def is_of_browser(finding: Finding) -> bool:
    """Whether the finding is one of the browser's gate."""
    return finding.action in ACTIONS


def is_declared_now(now: Active, finding: Finding) -> bool:
    """Whether the policy has come to name a cookie that it did not."""
    name = finding.target.removeprefix("cookie:")
    if finding.reason != "cookie-undeclared":
        return False
    return any(
        name == id or (id.endswith("*") and name.startswith(id[:-1])) for id in now.policy.cookies
    )


def next_step(finding: Finding) -> tuple[File, str]:
    """Return the file to change and what to do."""
    where, what = _NEXT.get(finding.reason, ("code", f"look at it ({finding.reason})"))
    kind, _, name = finding.target.partition(":")
    return where, f"`{name or kind}`: {what}"
