"""What every page must be, whoever opens it: readable by all, on a phone too."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
_COLOURS = ["color-contrast", "link-in-text-block"]


def look(page: Page) -> None:
    """Check the open page on desktop and phone, light and dark. Leaves it as it was found.

    Everything axe knows is asked twice (desktop in light, phone in dark); the colours, which
    alone depend on the scheme, in the two other cases as well.
    """
    for size, scheme, rules in (
        (DESKTOP, "light", []),
        (DESKTOP, "dark", _COLOURS),
        (PHONE, "light", _COLOURS),
        (PHONE, "dark", []),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = axe(page, rules)
        assert not found, f"{page.url} at {size['width']} in {scheme}: " + "\n".join(found)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} at {size['width']} is {wide} pixels too wide"
    unsized = page.evaluate(
        "[...document.images].filter(i => !i.hasAttribute('width') || !i.hasAttribute('height'))"
        ".map(i => i.src)"
    )
    assert unsized == [], f"{page.url}: pictures without a size jump while loading"
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return axe's complaints, one line each; `rules` limits it to those."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    answer = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:200]} ({node.get('failureSummary', '')[:200]})"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]
