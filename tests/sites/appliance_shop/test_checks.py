"""No check is silenced, and what the settings say of allauth's table of addresses holds."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.checks import run_checks

from sites.appliance_shop.probes.stage import everything
from tests.sites.appliance_shop.checkout.buyer import make_member


def test_nothing_is_silenced_and_nothing_found() -> None:
    assert settings.SILENCED_SYSTEM_CHECKS == []
    assert run_checks() == []


@pytest.mark.django_db
def test_the_table_of_addresses_stays_empty() -> None:
    make_member()
    with everything():
        assert not EmailAddress.objects.exists()
