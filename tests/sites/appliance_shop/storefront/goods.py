"""Finding the stocked shop's products and putting them into baskets."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model


def product(title: str) -> Any:
    """Return the product with this title."""
    return get_model("catalogue", "Product").objects.get(title=title)


def put(client: Client, *titles: str) -> None:
    """Put one of each into the client's basket."""
    for title in titles:
        path = reverse("basket:add", args=[product(title).pk])
        assert client.post(path, {"quantity": 1}).status_code == 302
