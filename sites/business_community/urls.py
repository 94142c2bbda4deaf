"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from sites.business_community.circle import views as circle
from sites.frame.addresses import addresses, handler403, handler404, handler500
from sites.frame.look.pages import words

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", circle.home, name="home"),
    path("about/", words("about"), name="about"),
    path("membership/", words("membership"), name="membership"),
    path("privacy/comment/", circle.comment, name="comment"),
    path("", include("sites.boards.urls")),
    path("", include("sites.enquiries.urls")),
    *addresses(),
]
