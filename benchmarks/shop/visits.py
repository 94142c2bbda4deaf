"""A visitor and a member of the shop, and the pages that they open."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.samples.people import DEMO_MEMBER, PASSWORD
from upheld.context import purpose

Page = Callable[[], int]
"""Opens a page the way a WSGI server does and returns the status."""
Place = tuple[str, str]
"""A path and the cookies to send."""
HOST = "127.0.0.1"


def places() -> dict[str, Place]:
    """Sign the demo member in, fill a basket, and return the pages by name."""
    client = Client(SERVER_NAME=HOST)
    _follow(client.post(reverse("customer:login"), {
        "login-username": DEMO_MEMBER, "login-password": PASSWORD, "login_submit": "Log In",
    }), 302)  # fmt: skip
    with purpose("upkeep"):
        product = get_model("catalogue", "Product").objects.order_by("pk").first()
        category = get_model("catalogue", "Category").objects.order_by("pk").first()
        number = (
            get_model("order", "Order")
            .objects.filter(user_id=client.session["_auth_user_id"])
            .order_by("pk")
            .values_list("number", flat=True)
            .first()
        )
        shelf, goods = category.get_absolute_url(), product.get_absolute_url()
    _follow(client.post(reverse("basket:add", args=[product.pk]), {"quantity": 1}), 302)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return {
        "home": ("/", ""),
        "category": (shelf, ""),
        "product": (goods, ""),
        "home, signed in": ("/", cookie),
        "basket": (reverse("basket:summary"), cookie),
        "checkout": (reverse("checkout:shipping-address"), cookie),
        "order list": (reverse("orders:list"), cookie),
        "order detail": (reverse("orders:detail", args=[number]), cookie),
    }


def _follow(answer: Any, status: int) -> None:
    if answer.status_code != status:
        raise RuntimeError(f"status {answer.status_code}: {answer.content[:2000]!r}")


def page_at(application: WSGIHandler, place: Place) -> Page:
    """Return what opens the page of one place."""
    path, cookie = place

    def open_it() -> int:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": HOST,
            "HTTP_HOST": HOST,
            "HTTP_COOKIE": cookie,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        answered: list[str] = []
        response = application(
            environ, lambda status, headers, exc_info=None: answered.append(status)
        )
        try:
            b"".join(response)
        finally:
            response.close()
        return int(answered[0].split()[0])

    return open_it
