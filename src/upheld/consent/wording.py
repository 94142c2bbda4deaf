"""The words that people answer yes or no to; the ledger keeps them as they were shown."""

from __future__ import annotations

from upheld.policy.types import Purpose

_BY = {"mail": "by mail", "post": "by post", "phone": "by phone"}


def title_of(rule: Purpose) -> str:
    """Return plain words for a purpose: its title, or its id made readable."""
    return rule.title or rule.id.replace("_", " ").capitalize()


def wording_of(rule: Purpose, topic: str = "") -> str:
    """Return the words of one choice: `News by mail`, or for a topic `News by mail: events`."""
    title = title_of(rule)
    by = _BY.get(rule.channel, "")
    if by and rule.channel not in title.lower():
        title = f"{title} {by}"
    return f"{title}: {topic}" if topic else title
