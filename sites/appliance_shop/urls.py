"""Addresses of the shop: its own pages first, then Oscar's, then the privacy pages."""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from sites.appliance_shop.aftersales.urls import buyer_patterns
from sites.appliance_shop.storefront import views
from sites.frame.look.theme import choose_theme

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("about/", views.about, name="about"),
    path("contact/", views.contact, name="contact"),
    path("shipping-policy/", views.shipping_policy, name="shipping-policy"),
    path("refund-policy/", views.refund_policy, name="refund-policy"),
    path("theme/", choose_theme, name="choose-theme"),
    path("media/<path:path>", views.media, name="media"),
    # Before Oscar's: the order pages stand at Oscar's addresses.
    path("", include("sites.appliance_shop.settlement.urls")),
    path("", include("sites.appliance_shop.desk.urls")),
    path("", include("sites.appliance_shop.dispatch.urls")),
    path("", include("sites.appliance_shop.aftersales.urls")),
    path("", include(buyer_patterns)),
    path("", include("sites.appliance_shop.stockroom.urls")),
    path("", include("sites.appliance_shop.orders.urls")),
    path("", include("sites.appliance_shop.tastes.urls")),
    # Staff work at the desks, each within its post; Oscar's dashboard knows no posts.
    re_path(r"^dashboard/", RedirectView.as_view(pattern_name="desk:home")),
    # Parts of Oscar that this shop does not offer.
    re_path(
        r"^(offers|wishlists|catalogue/ranges|accounts/(emails|notifications|wishlists))/",
        views.not_offered,
    ),
    *cast(Any, apps.get_app_config("oscar")).urls[0],
]
if settings.GUARD:
    urlpatterns += [path("", include("upheld.urls"))]

handler403 = "sites.appliance_shop.storefront.views.forbidden"
handler404 = "sites.appliance_shop.storefront.views.not_found"
handler500 = "sites.appliance_shop.storefront.views.server_error"
