"""Puts the sample catalogue into the database and its pictures into the media folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import format_html_join
from oscar.core.loading import get_model

from sites.appliance_shop.drawings.finishes import FINISHES
from sites.appliance_shop.drawings.make import FOLDER, bundle_file
from sites.appliance_shop.goods.catalogue import BUNDLES, SHELVES
from sites.appliance_shop.goods.good import Bundle, Good

SPECIFICATIONS = (
    ("series", "Series"),
    ("finish", "Finish"),
    ("capacity", "Capacity"),
    ("power", "Power"),
    ("noise", "Noise"),
    ("measures", "Width × height × depth"),
    ("weight", "Weight"),
    ("cable", "Cable"),
    ("warranty", "Warranty"),
)
COVERS = {
    "breakfast": "kettle-ember",
    "cooking": "range_cooker-sage",
    "mixing": "stand_mixer-cream",
    "fridges": "round_fridge-sky",
    "air": "desk_fan-sage",
    "cleaning": "canister_vacuum-ember",
}
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_shelves(tell: Callable[[str], None]) -> None:
    """Create classes, categories, products, stock and pictures. Needs an empty catalogue."""
    copied = _copy_pictures()
    tell(f"pictures: {copied}")
    appliance = _product_class("Appliance", "appliance")
    bundle_class = _product_class("Bundle", "bundle")
    partner = get_model("partner", "Partner").objects.create(name="Hearth & Hob", code="house")
    country_model = get_model("address", "Country")
    country_model.objects.create(
        iso_3166_1_a2="US",
        iso_3166_1_a3="USA",
        iso_3166_1_numeric="840",
        printable_name="United States",
        name="United States of America",
        is_shipping_country=True,
    )
    made: dict[str, Any] = {}
    number = 0
    for row, shelf in enumerate(SHELVES):
        category = get_model("catalogue", "Category").add_root(
            name=shelf.name,
            slug=shelf.slug,
            description=shelf.intro,
            meta_title=shelf.name,
            image=f"products/{COVERS[shelf.slug]}.svg",
        )
        for place, good in enumerate(shelf.goods):
            number += 1
            product = _product(appliance, good, number, 10 - row if good.featured else 0)
            product.categories.add(category)
            _stock(partner, product, number, good.price, good.stock)
            _pictures(product, f"{good.kind}-{good.finish}", good.name, good.kind)
            _values(appliance, product, good)
            made[good.name] = product
            if place == 0:
                made[f"shelf:{shelf.slug}"] = category
    for bundle in BUNDLES:
        number += 1
        product = _bundle(bundle_class, bundle, number)
        product.categories.add(made[f"shelf:{bundle.shelf}"])
        _stock(partner, product, number, bundle.price, bundle.stock)
        _pictures(product, bundle_file(bundle.name), bundle.name, None)
        for rank, part in enumerate(bundle.parts):
            get_model("catalogue", "ProductRecommendation").objects.create(
                primary=product, recommendation=made[part], ranking=len(bundle.parts) - rank
            )
    tell(f"products: {number} in {len(SHELVES)} categories")


def _copy_pictures() -> int:
    target = Path(settings.MEDIA_ROOT) / "products"
    target.mkdir(parents=True, exist_ok=True)
    drawn = sorted(FOLDER.glob("*.svg"))
    for path in drawn:
        shutil.copyfile(path, target / path.name)
    return len(drawn)


def _product_class(name: str, slug: str) -> Any:
    return get_model("catalogue", "ProductClass").objects.create(
        name=name, slug=slug, requires_shipping=True, track_stock=True
    )


def _paragraphs(text: str) -> str:
    return format_html_join("", "<p>{}</p>", ((part,) for part in text.split("\n\n")))


def _product(product_class: Any, good: Good, number: int, priority: int) -> Any:
    product = get_model("catalogue", "Product").objects.create(
        upc=f"HH-{number:04d}",
        title=good.name,
        meta_description=good.blurb,
        description=_paragraphs(good.story),
        product_class=product_class,
        priority=priority,
    )
    _date(product, number)
    return product


def _bundle(product_class: Any, bundle: Bundle, number: int) -> Any:
    product = get_model("catalogue", "Product").objects.create(
        upc=f"HH-{number:04d}",
        title=bundle.name,
        meta_description=bundle.blurb,
        description=_paragraphs(bundle.story),
        product_class=product_class,
        priority=20,
    )
    _date(product, number)
    return product


def _date(product: Any, number: int) -> None:
    """Spread the arrivals over the year; `auto_now_add` cannot be told otherwise."""
    arrived = OPENED + timedelta(days=(number * 37) % 240)
    type(product).objects.filter(pk=product.pk).update(date_created=arrived)


def _stock(partner: Any, product: Any, number: int, price: str, pieces: int) -> None:
    get_model("partner", "StockRecord").objects.create(
        partner=partner,
        product=product,
        partner_sku=f"HH-{number:04d}",
        price_currency=settings.OSCAR_DEFAULT_CURRENCY,
        price=Decimal(price),
        num_in_stock=pieces,
        low_stock_threshold=5,
    )


def _pictures(product: Any, drawn: str, title: str, kind: str | None) -> None:
    image_model = get_model("catalogue", "ProductImage")
    wanted = [(f"products/{drawn}.svg", title)]
    if kind is not None:
        wanted.append((f"products/{kind}-size.svg", f"{title}: measures"))
    image_model.objects.bulk_create(
        image_model(product=product, original=path, caption=caption, display_order=order)
        for order, (path, caption) in enumerate(wanted)
    )


def _values(product_class: Any, product: Any, good: Good) -> None:
    width, height, depth = good.size
    given = {
        "series": good.series,
        "finish": FINISHES[good.finish].label,
        "capacity": good.capacity,
        "power": f"{good.power} W" if good.power else "",
        "noise": f"{good.noise} dB" if good.noise else "",
        "measures": f"{width:g} × {height:g} × {depth:g} cm",
        "weight": f"{good.weight:g} kg",
        "cable": f"{good.cable:g} m" if good.cable else "",
        "warranty": f"{good.warranty} years",
    }
    named = dict(SPECIFICATIONS)
    wanted = [(code, named[code], value) for code, value in given.items() if value]
    wanted += [(_code(name), name, value) for name, value in good.more.items()]
    value_model = get_model("catalogue", "ProductAttributeValue")
    value_model.objects.bulk_create(
        value_model(
            product=product, attribute=_attribute(product_class, code, name), value_text=value
        )
        for code, name, value in wanted
    )


def _code(name: str) -> str:
    return "x_" + "".join(c if c.isalnum() else "_" for c in name.lower())


def _attribute(product_class: Any, code: str, name: str) -> Any:
    attribute, _ = get_model("catalogue", "ProductAttribute").objects.get_or_create(
        product_class=product_class, code=code, defaults={"name": name, "type": "text"}
    )
    return attribute
