"""Searching the desks: sealed names, telephone numbers and e-mails are found, never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from sites.appliance_shop.aftersales.models import ReturnCase
from tests.sites.appliance_shop.checkout.buyer import GUEST, Buyer, everything
from tests.sites.provider_process import ProviderProcess

ODD = ["%", "'", '"; --', "_" * 4000, "☃", "u1:", "@", "+", "a@b", "0", "quen\x00", "  ", "(1)"]
"""What people and attackers type; none of it may end in an error or find everybody."""


@pytest.fixture
def paid(buyer: Buyer, shop: Any, provider: ProviderProcess) -> Any:
    """A paid guest order of Marisol Quennell, +1 802 555 0142."""
    order, page = buyer.order(shop["kettle"])
    buyer.come_back(provider.type_card(page).away)
    return order


@pytest.fixture
def case(paid: Any) -> Any:
    with everything():
        return ReturnCase.objects.create(order=paid, reason="faulty", words="It hums.")


def dispatch_finds(staff: Any, wanted: str) -> bool:
    page = staff.get(reverse("dispatch:list"), {"q": wanted})
    assert page.status_code == 200, wanted
    return "Marisol Quennell" in page.content.decode()


def aftersales_finds(staff: Any, case: Any, wanted: str) -> bool:
    page = staff.get(reverse("aftersales:list"), {"q": wanted})
    assert page.status_code == 200, wanted
    return f"Return {case.pk}" in page.content.decode()


@pytest.mark.parametrize(
    "wanted", ["quennell", "QUENNELL", "Marisol Quennell", "quennell marisol", "(802) 555-0142"]
)
def test_dispatch_finds_by_words_of_a_name_and_by_phone(paid: Any, desk: Any, wanted: str) -> None:
    assert dispatch_finds(desk("dispatch"), wanted)


@pytest.mark.parametrize("wanted", ["quen", "marisol smith", "(802) 555-0143", GUEST, *ODD])
def test_dispatch_finds_nobody_else(paid: Any, desk: Any, wanted: str) -> None:
    assert dispatch_finds(desk("dispatch"), wanted) is (not wanted.strip())


def test_dispatch_finds_by_number(paid: Any, desk: Any) -> None:
    assert dispatch_finds(desk("dispatch"), paid.number)


@pytest.mark.parametrize("wanted", ["quennell", GUEST, GUEST.upper()])
def test_after_sales_finds_by_name_and_exact_email(
    paid: Any, case: Any, desk: Any, wanted: str
) -> None:
    staff = desk("after_sales")
    assert aftersales_finds(staff, case, wanted)
    assert aftersales_finds(staff, case, paid.number)


@pytest.mark.parametrize("wanted", ["marisol.quennell", "@post.example", *ODD])
def test_after_sales_finds_nobody_else(case: Any, desk: Any, wanted: str) -> None:
    assert aftersales_finds(desk("after_sales"), case, wanted) is (not wanted.strip())
