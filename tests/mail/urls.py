"""Upheld's pages, which mails lead to."""

from __future__ import annotations

from django.urls import include, path

from tests.project.urls import urlpatterns as project

urlpatterns = [*project, path("", include("upheld.urls"))]
