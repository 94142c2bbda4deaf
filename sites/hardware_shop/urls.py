"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from sites.frame.addresses import addresses, handler403, handler404, handler500
from sites.frame.look.pages import words
from sites.goods import views as goods

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", goods.home, name="home"),
    path("about/", words("about"), name="about"),
    path("delivery/", words("delivery"), name="delivery"),
    path("", include("sites.goods.urls")),
    path("", include("sites.enquiries.urls")),
    *addresses(),
]
