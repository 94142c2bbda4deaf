"""The seam between a shop and whoever takes its payments.

A shop calls `start`, sends the person to the address it returns, and later asks `result`.
What a browser brings back is never believed, and a notification, though signed, only says
*look again*: the result always comes from asking the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

CURRENCY = "USD"
"""The one currency. Amounts are whole cents of it."""

Outcome = Literal["open", "success", "failure"]


class PaymentError(Exception):
    """Base of what can go wrong at the seam."""


class ProviderUnreachable(PaymentError):
    """The provider did not answer, or answered that it cannot now. Try again later."""


class ProviderRefused(PaymentError):
    """The provider understood and said no."""


class ForgedNotice(PaymentError):
    """A notification without a valid signature, or with one from another time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: `cents` is the price of one piece."""

    title: str
    quantity: int
    cents: int


@dataclass(frozen=True, slots=True)
class Bill:
    """All that a provider is told: the order's number, what it costs, the way back.

    `key` makes starting repeatable: the same key opens the same hosted page.
    """

    order: str
    lines: tuple[Line, ...]
    return_url: str
    cancel_url: str
    key: str

    @property
    def cents(self) -> int:
        return sum(line.quantity * line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Started:
    """`reference` names the hosted page at the provider, `url` is where the person goes."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a hosted page. `payment` names the money taken, empty before success."""

    reference: str
    outcome: Outcome
    order: str = ""
    cents: int = 0
    currency: str = CURRENCY
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification with a good signature.

    `event` is the provider's id of it, the same in each repetition. `reference` is the
    hosted page or payment to ask about; empty when it is about nothing the shop settles.
    """

    event: str
    reference: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund at the provider; `done` False = the provider could not carry it out."""

    reference: str
    cents: int
    done: bool


class PaymentProvider(Protocol):
    """Who takes payments. Every method may raise `ProviderUnreachable`."""

    name: str

    def start(self, bill: Bill) -> Started:
        """Open a hosted page for the bill, or the page its key opened before."""
        ...

    def result(self, reference: str) -> Result:
        """Ask what became of a hosted page. Raises `ProviderRefused` for an unknown one."""
        ...

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Verify a notification and say what it is about. Raises `ForgedNotice`."""
        ...

    def refund(self, payment: str, cents: int, *, key: str) -> Refunded:
        """Give back `cents` of a payment; the same key gives back once.

        Raises `ProviderRefused` when nothing (or not that much) can be given back.
        """
        ...

    def cancel(self, reference: str) -> bool:
        """Close a page that is still unpaid; False when it was paid or closed before."""
        ...
