"""What the rows of a model are likely about, from the words of its name.

`OrderNote` of the app `order` is about an order; a date in it says when something was ordered.
A theme gives a category to columns whose own name tells nothing. English words only; a model
whose name holds none of them has no theme.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """`category` is for what is known of the row in general, `text` for long text in it,
    `date` for dates, where that differs from `category`. A `vague` theme says no more than
    that there is a person: the words of a column beat it."""

    category: str
    text: str = "free_text"
    date: str = ""
    vague: bool = False

    @property
    def when(self) -> str:
        """The category of a date."""
        return self.date or self.category


_THEMES: tuple[tuple[str, Theme], ...] = (
    ("login attempt|access attempt", Theme("technical.visit")),
    ("editing session|log entry|log|audit|revision|history|workflow state|task state|upload"
     "|uploaded", Theme("staff.action")),
    ("session|visit|visitor|device", Theme("session.content", "session.content",
                                            "account.activity")),
    ("token|credential|authenticator|otp|totp|passkey|recovery code|secret|confirmation"
     "|verification", Theme("account.secret", "account.secret", "account.activity")),
    ("profile|setting|settings|preference|preferences", Theme("account.profile",
                                                              "account.profile",
                                                              "account.activity")),
    ("wish list|wishlist|favourite|favorite|bookmark", Theme("wish.list")),
    ("alert|reminder|waiting list|waitlist", Theme("alert.request")),
    ("subscription|subscriber|newsletter|mailing list", Theme("choice.newsletter")),
    ("saved search|search|product view|page view|view|click|impression|browsing"
     "|user record", Theme("browsing.history", "browsing.history")),
    ("review|vote|rating|poll|topic|post|forum|thread", Theme("review.public", "review.public")),
    ("basket|cart|trolley", Theme("basket.content")),
    ("order|purchase|sale|invoice|shipment|shipping|delivery|booking|reservation|voucher|coupon"
     "|return|warranty", Theme("order.content")),
    ("payment|transaction|refund|bankcard|credit card|card|charge|payout|billing|iban",
     Theme("payment.reference", "payment.reference")),
    ("ticket|case|issue|complaint|enquiry|inquiry|support request|contact form"
     "|form submission|submission|application|appointment|request", Theme("case.content",
                                                                         "case.content")),
    ("email|mail|sms|notification|message|letter", Theme("message.sent", "message.sent",
                                                         "account.activity")),
    ("social account|account|identity|login", Theme("account.login", "account.login",
                                                    "account.activity")),
    ("answer|response|application form", Theme("case.content", "case.content")),
    ("opportunity|deal|quote|estimate|contract", Theme("order.content")),
    ("activity|action", Theme("staff.action")),
    ("user|member|membership|customer|patient|person|contact|employee|student|attendee|participant"
     "|speaker|volunteer|applicant|candidate|client|lead|prospect|donor|tenant|guest|invitation"
     "|invite",
     Theme("account.profile", "free_text", "account.activity", vague=True)),
)  # fmt: skip
THEMES = tuple((re.compile(rf"(?:^| )(?:{words})s?(?: |$)"), theme) for words, theme in _THEMES)
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def words_of(name: str) -> str:
    """`OrderNote` or `order_note` as `order note`, so that words can be looked for."""
    return " ".join(_WORDS.findall(name.replace("_", " "))).lower()


def theme_of_words(name: str) -> Theme | None:
    """The theme that the words of `name` give, None when they give none."""
    said = words_of(name)
    return next((theme for words, theme in THEMES if words.search(said)), None)


def theme_of(app_label: str, model: str) -> Theme | None:
    """The theme of a model by its own name; of its app's name when that says nothing."""
    return theme_of_words(model) or theme_of_words(app_label)
