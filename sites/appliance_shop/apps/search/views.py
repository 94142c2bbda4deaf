"""Search by words in names and descriptions. What people search for is not kept."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from sites.appliance_shop.storefront.listing import listing


class SearchResults(TemplateView):
    """The products that hold every word that was asked for."""

    template_name = "shop/listing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = listing(self.request.GET)
        words = found.choices.words
        return super().get_context_data(
            list=found,
            heading=f"Results for “{words}”" if words else "Search",
            search_words=words,
            searching=True,
            **kwargs,
        )
