"""The shop's categories: six, flat, the same for everyone, so read once and kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from oscar.core.loading import get_model

KEY = "storefront.categories"


@dataclass(frozen=True, slots=True)
class ShopCategory:
    """A category as the navigation shows it."""

    id: int
    name: str
    slug: str
    url: str
    description: str
    picture: str


def shop_categories() -> tuple[ShopCategory, ...]:
    """Return the public categories in their order, from the cache after the first call."""
    found: tuple[ShopCategory, ...] | None = cache.get(KEY)
    if found is None:
        category_model = get_model("catalogue", "Category")
        found = tuple(
            ShopCategory(
                c.pk,
                c.name,
                c.slug,
                c.get_absolute_url(),
                c.description,
                c.image.url if c.image else "",
            )
            for c in category_model.objects.browsable().filter(depth=1).order_by("path")
        )
        cache.set(KEY, found, 300)
    return found


def forget_categories(**_: object) -> None:
    """Drop the kept categories; called when one is saved or deleted."""
    cache.delete(KEY)


def watch() -> None:
    """Forget the kept categories whenever one changes."""
    category_model = get_model("catalogue", "Category")
    post_save.connect(forget_categories, sender=category_model, dispatch_uid="shop-categories")
    post_delete.connect(forget_categories, sender=category_model, dispatch_uid="shop-categories")
