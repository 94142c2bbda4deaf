from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.sites.appliance_shop.checkout.buyer import Buyer, Caller, make_goods, make_staff
from tests.sites.provider_process import ProviderProcess


@pytest.fixture(params=["stripe"])
def wire(request: pytest.FixtureRequest) -> str:
    """Which SDK takes the payments; tests that matter for both ask for both."""
    return str(request.param)


@pytest.fixture
def shop(db: None, provider: ProviderProcess, wire: str) -> Any:
    """The shop with two products, paying at the provider process."""
    payments = {
        "PROVIDER": wire,
        "API": provider.url,
        "ACCOUNT": provider.state / "account.json",
    }
    with override_settings(
        PAYMENTS=payments,
        SITE_URL="http://testserver",
    ):
        yield make_goods()


@pytest.fixture
def buyer(shop: Any) -> Buyer:
    return Buyer()


@pytest.fixture
def desk(shop: Any) -> Any:
    """Return a function that signs a holder of a post in."""

    def sign_in(post: str) -> Caller:
        caller = Caller()
        caller.force_login(make_staff(post))
        return caller

    return sign_in
