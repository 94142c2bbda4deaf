"""The test project with the privacy pages added: what a developer writes into `urls.py`."""

from __future__ import annotations

from django.urls import include, path

from tests.project.urls import urlpatterns as own

urlpatterns = [*own, path("", include("upheld.urls"))]
