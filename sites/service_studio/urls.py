"""Addresses of the studio."""

from __future__ import annotations

from django.urls import include, path

from sites.frame.addresses import addresses, handler403, handler404, handler500
from sites.frame.look.pages import words
from sites.service_studio.clients import views as clients
from sites.service_studio.services import views as services

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", services.home, name="home"),
    path("about/", words("about"), name="about"),
    path("terms/", words("terms"), name="terms"),
    path("settings/", clients.choose_settings, name="settings"),
    path("", include("sites.service_studio.services.urls")),
    path("", include("sites.enquiries.urls")),
    *addresses(),
]
