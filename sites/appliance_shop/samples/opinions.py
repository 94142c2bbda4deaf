"""Sample reviews by members, some still waiting to be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Avg
from oscar.core.loading import get_model

from sites.appliance_shop.samples import words
from sites.appliance_shop.samples.buying import Goods
from upheld.context import purpose

SHARE = 0.35


def make_reviews(chance: Random, users: list[Any], goods: list[Goods], now: datetime) -> int:
    """Let some members write about something; returns how many did."""
    review_model = get_model("reviews", "ProductReview")
    made = 0
    for place, user in enumerate(users):
        if place and chance.random() > SHARE:  # the demo's member always has an opinion
            continue
        score, title, body = chance.choice(words.REVIEWS)
        written = now - timedelta(days=chance.randrange(3, 300))
        with purpose("own", subject=f"member:{user.pk}", place="sample_data"):
            review = review_model.objects.create(
                product_id=chance.choice(goods).id,
                user=user,
                score=score,
                title=title,
                body=body,
                status=review_model.FOR_MODERATION if made % 12 == 11 else review_model.APPROVED,
            )
            review_model.objects.filter(pk=review.pk).update(date_created=written)
        made += 1
    _rate()
    return made


def _rate() -> None:
    """Write each product's average, as Oscar does when a review is approved."""
    review_model = get_model("reviews", "ProductReview")
    product_model = get_model("catalogue", "Product")
    with purpose("storefront"):
        averages = list(
            review_model.objects.approved()
            .order_by()
            .values("product_id")
            .annotate(average=Avg("score"))
        )
    for row in averages:
        product_model.objects.filter(pk=row["product_id"]).update(rating=row["average"])
