"""Who runs a site, as its pages and mails say it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

_SETTING = "BRAND"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a menu: its words and the name of its route."""

    title: str
    route: str


@dataclass(frozen=True, slots=True)
class Brand:
    """One business. `site` is its folder under `sites/`; its templates and static files lie in
    folders of the same name. `mail` is the one address it writes from, `legal` the firm."""

    site: str
    name: str
    legal: str
    line: str
    about: str
    host: str
    mail: str
    menu: tuple[Link, ...]
    more: tuple[Link, ...] = ()
    phones: tuple[str, ...] = ()
    address: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The template that draws the mark."""
        return f"{self.site}/mark.html"

    @property
    def wordmark(self) -> str:
        """The template that writes the name."""
        return f"{self.site}/wordmark.html"

    @property
    def icon(self) -> str:
        """The static file that browsers show beside the title."""
        return f"{self.site}/mark.svg"

    @property
    def sheets(self) -> tuple[str, str]:
        """The site's own style sheets: its tokens, and what its pages need besides."""
        return f"{self.site}/theme.css", f"{self.site}/site.css"


def brand() -> Brand:
    """Return the brand of the running site."""
    found: Brand = getattr(settings, _SETTING)
    return found
