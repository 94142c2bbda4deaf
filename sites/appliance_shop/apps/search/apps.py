"""Oscar's search with a plain look-up in the product tables."""

from __future__ import annotations

from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):  # type: ignore[misc] # Oscar ships no types
    """The search app; only its view is ours."""

    def ready(self) -> None:
        from sites.appliance_shop.apps.search import views

        self.search_view = views.SearchResults
