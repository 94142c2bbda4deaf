"""The catalogue's pages: everything, one category, one product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.generic import TemplateView
from oscar.apps.catalogue.views import ProductDetailView
from oscar.core.loading import get_model

from sites.appliance_shop.storefront.cards import card, picture_of
from sites.appliance_shop.storefront.categories import ShopCategory, shop_categories
from sites.appliance_shop.storefront.delivery import delivery_promise
from sites.appliance_shop.storefront.details import bundle_parts, colours, related, specifications
from sites.appliance_shop.storefront.listing import listing
from upheld.context import purpose


class AllProducts(TemplateView):
    """Everything the shop sells."""

    template_name = "shop/listing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            list=listing(self.request.GET),
            heading="Everything we make",
            intro="Forty-odd machines for one household, and not one of them needs an app.",
            listing_all=True,
            **kwargs,
        )


class OneCategory(TemplateView):
    """One category. An old or wrong slug leads to the right address."""

    template_name = "shop/listing.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        category = self._find(int(kwargs["pk"]))
        if unquote(category.url) != unquote(request.path):
            return HttpResponsePermanentRedirect(category.url)
        context = self.get_context_data(
            list=listing(request.GET, Q(categories=category.id)),
            heading=category.name,
            intro=category.description,
            shown_category=category,
        )
        return self.render_to_response(context)

    def _find(self, pk: int) -> ShopCategory:
        for category in shop_categories():
            if category.id == pk:
                return category
        raise Http404("no such category")


class OneProduct(ProductDetailView):  # type: ignore[misc] # Oscar ships no types
    """One product. Nothing records that somebody looked at it."""

    template_name = "shop/product.html"

    def get_queryset(self) -> QuerySet[Any]:
        values = get_model("catalogue", "ProductAttributeValue").objects.select_related("attribute")
        product_model = get_model("catalogue", "Product")
        return (
            product_model.objects.filter(parent=None)
            .select_related("product_class")
            .prefetch_related(
                "stockrecords", "images", "categories", Prefetch("attribute_values", values)
            )
        )

    def send_signal(self, request: HttpRequest, response: HttpResponse, product: Any) -> None:
        """Tell nobody: Oscar's signal would write down who viewed what."""

    def get_alert_form(self) -> None:
        """The page has one button for it, and only for members."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product = self.object
        within = {category.pk for category in product.categories.all()}
        shelf = next((c for c in shop_categories() if c.id in within), None)
        bundle = product.product_class.slug == "bundle"
        parts = bundle_parts(product) if bundle else []
        worth = sum((part.price or Decimal() for part in parts), Decimal()) or None
        shown = card(product, instead_of=worth)
        promise = delivery_promise(shown.price)
        return super().get_context_data(
            card=shown,
            shelf=shelf,
            shown_category=shelf,
            pictures=product.images.all(),
            first_picture=picture_of(product),
            specifications=specifications(product),
            colours=colours(product),
            parts=parts,
            saving=worth - shown.price if worth and shown.price else None,
            related=related(product, shelf),
            delivery=promise,
            reviews=self._reviews(),
            **kwargs,
        )

    def get_alert_status(self) -> bool:
        if self.request.user.is_anonymous:
            return False
        return bool(super().get_alert_status())

    def _reviews(self) -> list[Any]:
        approved = self.object.reviews.approved().order_by("-date_created")
        shown = approved.only("id", "product_id", "title", "body", "score", "date_created")
        with purpose("storefront"):  # the page itself runs as the visitor, who sees own rows
            return list(shown[:6])
