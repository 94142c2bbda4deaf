"""The hosted page: strict, plain, and forgetful about cards."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import date

import pytest

from sites.payments.seam import PaymentProvider
from sites.provider.cards import ask_bank, passes_luhn
from sites.provider.stripe_wire import nested
from tests.sites.payments.conftest import seam
from tests.sites.payments.test_seam import SHOP, bill
from tests.sites.provider_process import GOOD, ProviderProcess

__all__ = ["seam"]
TODAY = date(2026, 11, 22)


def test_the_page_says_what_is_paid_and_loads_nothing_from_outside(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    asked = bill()
    page = provider.visit(seam.start(asked).url)
    assert page.status == 200 and asked.order in page.text and "$123.40" in page.text
    assert "<script" not in page.text and "http" not in page.text.replace(provider.url, "")
    policy = page.headers["Content-Security-Policy"]
    shop = SHOP.removesuffix("/checkout/return/")
    assert policy == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {shop}"
    )
    assert page.headers["Cache-Control"] == "no-store"


def test_what_was_typed_is_not_shown_again(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    page = provider.type_card(seam.start(bill()).url, GOOD, "13/39")
    assert page.status == 422 and "Write the expiry date as MM/YY." in page.text
    assert 'value="' not in page.text and page.text.count(GOOD) == 1, "the list of test cards only"


@pytest.mark.parametrize(
    ("number", "expiry", "code", "verdict", "field"),
    [
        ("4242 4242 4242 4242", "11/26", "123", "approved", ""),
        ("4242424242424242", "1 / 2030", "1234", "approved", ""),
        ("4242 4242 4242 4241", "12/39", "123", "invalid", "number"),
        ("4242", "12/39", "123", "invalid", "number"),
        ("", "12/39", "123", "invalid", "number"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "12/39", "123", "invalid", "number"),
        ("4242 4242 4242 4242", "10/26", "123", "invalid", "expiry"),
        ("4242 4242 4242 4242", "13/39", "123", "invalid", "expiry"),
        ("4242 4242 4242 4242", "soon", "123", "invalid", "expiry"),
        ("4242 4242 4242 4242", "12/39", "12", "invalid", "code"),
        ("4242 4242 4242 4242", "12/39", "12a", "invalid", "code"),
        ("4000000000000002", "12/39", "123", "declined", ""),
        ("4000000000003220", "12/39", "123", "challenge", ""),
    ],
)
def test_the_bank_answers(number: str, expiry: str, code: str, verdict: str, field: str) -> None:
    answer = ask_bank(number, expiry, code, TODAY)
    assert (answer.verdict, answer.field) == (verdict, field)


def test_the_check_digit() -> None:
    assert passes_luhn("4242424242424242") and passes_luhn("378282246310005")
    assert not passes_luhn("4242424242424243")


def test_bracketed_forms_are_read() -> None:
    assert nested("a[0][b]=1&a[0][c][d]=2&mode=payment") == {
        "a": {"0": {"b": "1", "c": {"d": "2"}}},
        "mode": "payment",
    }


@pytest.mark.parametrize("path", ["/control/hold", "/v1/refunds", "/v1/m/hostedcheckouts"])
def test_doors_are_locked_without_a_key(provider: ProviderProcess, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{provider.url}{path}", data=b"{}", timeout=20)
    assert refused.value.code in (401, 403)
