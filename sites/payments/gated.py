"""The seam behind Upheld's gate: each call is a hand-over to the policy's payment provider.

A site without the guard (`UPHELD_GUARD=off`, for comparison) has no gate and calls directly.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps

from sites.payments.seam import Bill, Notice, PaymentProvider, Refunded, Result, Started

RECIPIENT = "payment_provider"
PURPOSE = "settlement"


def through_the_gate(provider: PaymentProvider, api: str) -> PaymentProvider:
    """Return `provider` with each of its calls to `api` passed through the gate."""
    return Gated(provider, api) if apps.is_installed("upheld") else provider


class Gated:
    """A provider whose calls are checked, written down and let out, one at a time."""

    def __init__(self, provider: PaymentProvider, api: str) -> None:
        self._provider = provider
        self._api = api
        self.name = provider.name

    def start(self, bill: Bill) -> Started:
        from upheld.context import current
        from upheld.disclosure.gate import sending

        # Who pays is nobody the provider is told of; the log knows whose order went.
        subject = current().subject
        with sending(
            RECIPIENT,
            purpose=PURPOSE,
            categories=("order.reference",),
            subjects=(subject,) if subject else (),
            at=self._api,
        ):
            return self._provider.start(bill)

    def result(self, reference: str) -> Result:
        from upheld.disclosure.gate import asking

        with asking(RECIPIENT, at=self._api):
            return self._provider.result(reference)

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        return self._provider.read_notice(body, headers)

    def refund(self, payment: str, cents: int, *, key: str) -> Refunded:
        from upheld.disclosure.gate import asking

        with asking(RECIPIENT, at=self._api):
            return self._provider.refund(payment, cents, key=key)

    def cancel(self, reference: str) -> bool:
        from upheld.disclosure.gate import asking

        with asking(RECIPIENT, at=self._api):
            return self._provider.cancel(reference)
