from __future__ import annotations

import pytest

from sites.payments.connect_checkout import ConnectCheckout
from sites.payments.seam import PaymentProvider
from sites.payments.stripe_checkout import StripeCheckout
from tests.sites.provider_process import ProviderProcess


def _seam(name: str, provider: ProviderProcess) -> PaymentProvider:
    account = provider.account
    if name == "stripe":
        return StripeCheckout(
            api=provider.url,
            api_key=account.stripe_api_key,
            webhook_secret=account.stripe_webhook_secret,
        )
    return ConnectCheckout(
        api=provider.url,
        merchant=account.merchant,
        key_id=account.connect_key_id,
        secret=account.connect_secret,
        webhook_key_id=account.connect_webhook_key_id,
        webhook_secret=account.connect_webhook_secret,
        integrator="tests",
    )


@pytest.fixture(params=["stripe", "connect"])
def seam(request: pytest.FixtureRequest, provider: ProviderProcess) -> PaymentProvider:
    """Each of the two implementations, on the vendor's own SDK."""
    return _seam(request.param, provider)
