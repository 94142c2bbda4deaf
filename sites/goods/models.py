"""Products, each with a price and one drawing."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from sites.frame.brand import brand


class Product(models.Model):
    """One thing for sale. `cents` is its price in hundredths; `shelf` the heading it stands
    under; `facts` are one line each."""

    slug = models.SlugField(unique=True)
    shelf = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    words = models.TextField()
    facts = models.TextField()
    drawing = models.CharField(max_length=20)
    cents = models.PositiveIntegerField()
    unit = models.CharField(max_length=30, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def amount(self) -> Decimal:
        """The price in whole units of the currency."""
        return Decimal(self.cents) / 100

    @property
    def lines(self) -> list[str]:
        """The facts, line by line."""
        return self.facts.splitlines()

    @property
    def picture(self) -> str:
        """The static file of its drawing."""
        return f"{brand().site}/drawings/{self.drawing}.svg"
