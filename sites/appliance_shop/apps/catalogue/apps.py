"""Oscar's catalogue with the shop's pages."""

from __future__ import annotations

from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):  # type: ignore[misc] # Oscar ships no types
    """The catalogue app; only its views are ours."""

    def ready(self) -> None:
        super().ready()
        from sites.appliance_shop.apps.catalogue import views

        self.catalogue_view = views.AllProducts
        self.category_view = views.OneCategory
        self.detail_view = views.OneProduct
