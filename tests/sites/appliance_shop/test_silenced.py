"""What the shop's settings silence is what they say, and nothing else."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.checks import run_checks

from sites.appliance_shop.probes.stage import everything
from tests.sites.appliance_shop.checkout.buyer import make_member


def test_one_warning_is_silenced() -> None:
    assert settings.SILENCED_SYSTEM_CHECKS == ["upheld.W002"]
    found = [each for each in run_checks() if each.is_silenced()]
    assert [str(each.obj) for each in found] == ["account.EmailAddress.email"]


@pytest.mark.django_db
def test_the_table_it_speaks_of_stays_empty() -> None:
    make_member()
    with everything():
        assert not EmailAddress.objects.exists()
