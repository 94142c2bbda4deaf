"""The shop's pages that are not a product: home, about, contact, policies, errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import TemplateView
from django.views.static import serve

from sites.appliance_shop.apps.shipping.methods import FREE_FROM, Express, Standard
from sites.appliance_shop.storefront import policies
from sites.appliance_shop.storefront.cards import cards, on_sale


class Home(TemplateView):
    """The front page."""

    template_name = "shop/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picked = on_sale().filter(priority__gt=0).order_by("-priority", "pk")
        shown = cards(picked[:12])
        return super().get_context_data(
            bundles=[c for c in shown if c.bundle][:3],
            featured=[c for c in shown if not c.bundle][:8],
            **kwargs,
        )


def about(request: HttpRequest) -> HttpResponse:
    """Who we are."""
    return render(request, "shop/about.html")


def contact(request: HttpRequest) -> HttpResponse:
    """The three mailboxes, and no others."""
    return render(request, "shop/contact.html")


def shipping_policy(request: HttpRequest) -> HttpResponse:
    """How and when orders are sent."""
    return render(
        request,
        "shop/shipping_policy.html",
        {"policy": policies.SHIPPING, "ways": (Standard, Express), "free_from": FREE_FROM},
    )


def refund_policy(request: HttpRequest) -> HttpResponse:
    """How things come back and money with them."""
    return render(request, "shop/refund_policy.html", {"policy": policies.REFUND})


def media(request: HttpRequest, path: str) -> Any:
    """Serve a product picture; its name changes when its content does."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def not_offered(request: HttpRequest, *args: Any) -> HttpResponse:
    """Oscar has the page, this shop has not."""
    raise Http404


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the shop's dress."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, in the shop's dress."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that reads nothing from the database, which may be what failed."""
    return render(request, "500.html", status=500)
