"""Filling an empty shop from the site's `price_list.yaml`."""

from __future__ import annotations

from pathlib import Path

import yaml

from sites.goods.models import Product


def stock(listed: Path) -> int:
    """Put the price list in. Returns how many products there are."""
    products = yaml.safe_load(listed.read_text())
    for place, each in enumerate(products):
        facts = "\n".join(each.pop("facts"))
        Product.objects.create(place=place, facts=facts, **each)
    return len(products)
