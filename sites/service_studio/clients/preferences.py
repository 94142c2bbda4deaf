"""Settings of the site that a visitor's own cookie remembers: language and currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.http import HttpRequest

COOKIE: Final = "ts_settings"
DAYS: Final = 365
CURRENCIES: Final = {
    "GBP": ("£", Decimal("1")),
    "EUR": ("€", Decimal("1.17")),
    "USD": ("$", Decimal("1.28")),
}
"""Sign and rough rate to the pound; we charge in pounds."""
LANGUAGES: Final = {
    "en": "English",
    "cy": "Cymraeg",
    "fr": "Français",
    "de": "Deutsch",
    "pl": "Polski",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How somebody likes to see the site."""

    language: str = "en"
    currency: str = "GBP"

    def text(self) -> str:
        """As the cookie holds it: readable, and naming nobody."""
        return f"{self.language}.{self.currency}"


def settings_of(request: HttpRequest) -> Settings:
    """Read the cookie; anything it should not hold counts as not set."""
    language, _, currency = request.COOKIES.get(COOKIE, "").partition(".")
    return Settings(
        language if language in LANGUAGES else "en",
        currency if currency in CURRENCIES else "GBP",
    )


def shown_price(pence: int, currency: str) -> str:
    """Return a price in words: whole pounds exactly, other currencies as about."""
    sign, rate = CURRENCIES[currency]
    amount = (Decimal(pence) / 100 * rate).quantize(Decimal("1"))
    return f"{sign}{amount:,}" if currency == "GBP" else f"about {sign}{amount:,}"
