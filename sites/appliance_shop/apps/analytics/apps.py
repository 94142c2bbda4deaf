"""Oscar's analytics without its recorders: the shop keeps no trail of who looked at what."""

from __future__ import annotations

from oscar.apps.analytics import apps


class AnalyticsConfig(apps.AnalyticsConfig):  # type: ignore[misc] # Oscar ships no types
    """The analytics tables stay, since Oscar's reports read them; nothing writes to them."""

    def ready(self) -> None:
        """Connect nothing: Oscar's receivers count views, searches and purchases a member."""
