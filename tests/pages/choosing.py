"""A policy with a choice of every kind, over the test project's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model

from upheld.context import purpose
from upheld.datamap.active import active, override
from upheld.policy.types import Cookie, Embed, Grant, Policy, Purpose

MAILS = Grant(read=("contact.email",), rows="consented")
NEWS = Purpose(
    "news",
    "legitimate_interest",
    may=MAILS,
    default="in",
    channel="mail",
    topics=("events", "special deals"),
    title="News",
)
SURVEYS = Purpose("surveys", "consent", may=MAILS, default="asked", channel="mail")
TRANSLATION = Purpose(
    "translation", "consent", default="out", channel="page", title="Translation by an outsider"
)
TASTES = Purpose("tastes", "consent", may=Grant(rows="consented"), default="out")


def policy_with_choices() -> Policy:
    """News (in, two topics), surveys (asked), the weekly mail (out), an embed and a cookie."""
    now = active().policy
    return replace(
        now,
        purposes=now.purposes | {rule.id: rule for rule in (NEWS, SURVEYS, TRANSLATION, TASTES)},
        cookies=now.cookies
        | {
            "upheld_choices": Cookie("upheld_choices", "own", days=30),
            "tastes": Cookie("tastes", "tastes", needs_consent=True, days=90),
        },
        embeds={"words": Embed("words", "https://words.example", "translation")},
    )


@contextmanager
def governed(policy: Policy | None = None) -> Iterator[Policy]:
    """Govern by the policy with choices, or by the one given."""
    chosen = policy or policy_with_choices()
    with override(policy=chosen):
        yield chosen


def new_member(name: str = "ada") -> Any:
    """An account, made by nobody's form; its password is `x`."""
    with purpose("upkeep"):
        return get_user_model().objects.create_user(name, f"{name}@aldgrove.example", "x")
