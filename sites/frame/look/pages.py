"""Pages that are words alone, and the pages of errors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sites.frame.brand import brand


def words(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that shows the site's template `name` and reads nothing."""

    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"{brand().site}/{name}.html")

    return show


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, in the site's dress."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, in the site's dress."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that reads nothing from the database, which may be what failed."""
    return render(request, "500.html", {"brand": brand()}, status=500)
