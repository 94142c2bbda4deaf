"""May this recipient be given these categories for this purpose, today?

The one place where the policy's `recipients` are judged. Every way out asks here: feeds, SDK
calls, legal requests, transfers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from django.utils import timezone

from upheld.datamap.active import active
from upheld.errors import DisclosureRefused
from upheld.policy.types import ALL, Recipient

Ground = Literal["", "explicit_consent", "own_application", "legal_ground", "acquisition"]
"""What a hand-over rests on besides its purpose; the words of `Recipient.only_if`."""

NEXT = {
    "explicit_consent": "hand over to those who agreed, through a feed or an authorisation",
    "own_application": "let the person send the application themselves",
    "legal_ground": "open a legal request and have a second person approve it",
    "acquisition": "prepare a business transfer and have it approved",
}


def recipient_named(id: str) -> Recipient:
    """Return the recipient. Raises `DisclosureRefused` for one the policy does not name."""
    found = active().policy.recipients.get(id)
    if found is None:
        raise DisclosureRefused(
            f"the policy names no recipient `{id}`",
            hint="declare it under `recipients`, with a sentence of the notice that says so",
            recipient=id,
        )
    return found


def check(
    id: str,
    *,
    purpose: str,
    categories: Iterable[str],
    ground: Ground = "",
    today: date | None = None,
) -> Recipient:
    """Return the recipient `id` when it may be given `categories` for `purpose`.

    `ground` is the condition that the caller has seen to, e.g. `legal_ground` once a legal
    request is approved. Raises `DisclosureRefused`, naming what is refused and the next step.
    """
    recipient = recipient_named(id)
    asked = tuple(dict.fromkeys(categories))
    if purpose not in recipient.purposes:
        _refuse(
            recipient,
            f"`{id}` is given nothing for `{purpose}`",
            f"its purposes are {_listed(recipient.purposes)}",
        )
    over = tuple(name for name in asked if not gets(recipient, name))
    if over:
        _refuse(
            recipient,
            f"`{id}` may not be given {_listed(over)}",
            f"it gets {_listed(recipient.gets)} and nothing else",
            fields=over,
        )
    if recipient.until and (today or timezone.localdate()) > date.fromisoformat(recipient.until):
        _refuse(
            recipient,
            f"the contract with `{id}` ended on {recipient.until}",
            "renew it and say so in `until`, or take the recipient out",
        )
    if recipient.only_if and recipient.only_if != ground:
        _refuse(
            recipient,
            f"`{id}` is given data only on {recipient.only_if.replace('_', ' ')}",
            NEXT[recipient.only_if],
        )
    return recipient


def gets(recipient: Recipient, category: str) -> bool:
    """Whether the policy lets the recipient have the category; never what the site refuses."""
    policy = active().policy
    if category in policy.refuse or category not in policy.data:
        return False
    return category in recipient.gets or ALL in recipient.gets


def _refuse(recipient: Recipient, message: str, hint: str, fields: tuple[str, ...] = ()) -> None:
    raise DisclosureRefused(
        message, hint=hint, recipient=recipient.id, fields=fields, promises=recipient.says
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
