"""One row for each thing told. What was not entered, or was taken back, has no row.

The columns are not editable in forms made from models: the preferences page alone writes them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KitchenStyle(models.TextChoices):
    """Tastes in kitchen decoration."""

    COUNTRY = "country", "Country: wood, enamel, open fire"
    MODERN = "modern", "Modern: plain fronts, nothing in the way"
    CLASSIC = "classic", "Classic: panels, brass, a big table"
    WORKSHOP = "workshop", "Workshop: steel, hooks, open shelves"
    BRIGHT = "bright", "Bright: white walls, pale wood"
    COLOURFUL = "colourful", "Colourful: tiles and painted chairs"


class Colour(models.TextChoices):
    """The colours that our appliances come in."""

    CREAM = "cream", "Cream"
    EMBER = "ember", "Ember red"
    SAGE = "sage", "Sage green"
    MIDNIGHT = "midnight", "Midnight blue"
    CHARCOAL = "charcoal", "Charcoal"
    STEEL = "steel", "Brushed steel"
    BUTTER = "butter", "Butter yellow"
    SKY = "sky", "Pale sky"
    PLUM = "plum", "Plum"
    COPPER = "copper", "Copper"
    WHITE = "white", "Warm white"


class KitchenTaste(models.Model):
    """How a member likes kitchens to look; at most one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kitchen_taste"
    )
    style = models.CharField(max_length=12, choices=KitchenStyle.choices, editable=False)

    class Meta:
        app_label = "tastes"
        verbose_name = "kitchen taste"

    def __str__(self) -> str:
        return f"kitchen taste {self.pk}"


class FavouriteColour(models.Model):
    """One colour that a member likes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourite_colours"
    )
    colour = models.CharField(max_length=12, choices=Colour.choices, editable=False)

    class Meta:
        app_label = "tastes"
        verbose_name = "favourite colour"
        constraints = [models.UniqueConstraint(fields=["user", "colour"], name="a_colour_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"favourite colour {self.pk}"


class Interest(models.Model):
    """One category of products that interests a member, by the category's slug."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests"
    )
    category = models.CharField(max_length=255, editable=False)

    class Meta:
        app_label = "tastes"
        verbose_name = "category of interest"
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="interest_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"interest {self.pk}"
