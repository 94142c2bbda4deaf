"""What is kept of a browser's description of itself: families, of a short list.

A family that is not on the list is `other`, since a rare browser is half a name. Descriptions
are remembered by digest, so that none stays in memory either.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from upheld.guard.generations import Generations

LONGEST = 400
"""Signs of a description that are looked at."""

BROWSERS = {
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chromium": "Chrome",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Safari": "Safari",
    "Opera": "Opera",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "Samsung Internet": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "DuckDuckGo Mobile": "DuckDuckGo",
}
SYSTEMS = {
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "iOS": "iOS",
    "Android": "Android",
    "Linux": "Linux",
    "Ubuntu": "Linux",
    "Debian": "Linux",
    "Fedora": "Linux",
    "Chrome OS": "ChromeOS",
}
ON_DESKS = {"Windows", "macOS", "Linux", "ChromeOS"}
OTHER = "other"


class Agent(NamedTuple):
    """A browser by family. `version` is the major number; `bot` = nobody looks at the page."""

    browser: str = OTHER
    version: str = ""
    system: str = OTHER
    device: str = OTHER
    """`desktop`, `phone`, `tablet` or `other`."""
    bot: bool = False


_known: Generations[Agent] = Generations(512)


def agent_of(text: str) -> Agent:
    """Read a browser's description. Without one it is a program, not a person."""
    text = text[:LONGEST].strip()
    if not text:
        return Agent(bot=True)
    key = blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
    found = _known.get(key)
    if found is None:
        found = _read(text)
        _known.keep(key, found)
    return found


def _read(text: str) -> Agent:
    from ua_parser import parse  # a part of its own: sites that count no visits lack it

    result = parse(text)
    family = result.user_agent.family if result.user_agent else ""
    system = SYSTEMS.get(result.os.family if result.os else "", OTHER)
    spider = result.device is not None and result.device.family == "Spider"
    browser = BROWSERS.get(family, OTHER)
    major = (result.user_agent.major if result.user_agent else "") or ""
    return Agent(
        browser,
        major if browser != OTHER and major.isdecimal() and len(major) <= 3 else "",
        system,
        _device(text, system),
        # Programs name no system; a browser without a screen is driven by a program.
        spider or "Headless" in family or (result.os is None and browser == OTHER),
    )


def _device(text: str, system: str) -> str:
    if "iPad" in text or "Tablet" in text or (system == "Android" and "Mobile" not in text):
        return "tablet"
    if "Mobi" in text or system == "iOS":
        return "phone"
    return "desktop" if system in ON_DESKS else OTHER
