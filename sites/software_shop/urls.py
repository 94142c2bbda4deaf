"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from sites.frame.addresses import addresses, handler403, handler404, handler500
from sites.frame.look.pages import words
from sites.goods import views as goods
from sites.software_shop.buyers.views import customer_service

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", goods.home, name="home"),
    path("about/", words("about"), name="about"),
    path("licences/", words("licences"), name="licences"),
    path("customer-service/", customer_service, name="customer-service"),
    path("", include("sites.goods.urls")),
    path("", include("sites.enquiries.urls")),
    *addresses(),
]
