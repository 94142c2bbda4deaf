"""Numbers used here are the payment industry's published test numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from upheld.policy.detectors import detected, masked

NAMES = ("card.number",)


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "my card is 4242 4242 4242 4242, thanks",
        "5555-5555-5555-4444",
        "378282246310005 exp 12/30",
        "card:6011.1111.1111.1117",
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    assert detected(text, NAMES) == "card.number"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "please leave it at the back door",
        "order 100042, tracking 1Z999AA10123456784",
        "4242424242424241",  # wrong check digit
        "+1 202 555 0142",
        "+424242424242424",  # fifteen digits with a right check digit, written as a telephone
        "0000000000000000",
        "12345678901234567890123456789012",
        "3.14159265358979",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert detected(text, NAMES) is None


def test_masking_keeps_everything_else() -> None:
    assert masked("pay 4242424242424242 now", NAMES) == "pay •••••••••••••••• now"


@given(st.integers(min_value=4 * 10**14, max_value=5 * 10**14 - 1), st.sampled_from(["", " ", "-"]))
def test_every_sixteen_digit_number_with_a_right_check_digit_is_found(
    body: int, split: str
) -> None:
    number = f"{body}{luhn.calc_check_digit(str(body))}"
    text = split.join(number[i : i + 4] for i in range(0, 16, 4))
    assert detected(f"x {text} y", NAMES) == "card.number"


@pytest.mark.parametrize(
    "text",
    [
        "my number is 536-90-4399",
        "IC 770305-02-1234, please",
        "00-123456",
        "NI: QQ 12 34 56 C".replace("QQ", "AB"),
    ],
)
def test_a_national_number_is_found_and_masked(text: str) -> None:
    assert detected(text, ("national.id",)) == "national.id"
    assert detected(masked(text, ("national.id",)), ("national.id",)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "666-00-0000",  # never given out
        "771399-02-1234",  # no such day
        "order HH-7K2M-99QX of 2026-11-22",
        "+1 802-555-0142",
        "4242 4242 4242 4242",
        "SKU AB-123456-C",
        "QQ 12 34 56 C",  # a prefix that is not used
    ],
)
def test_what_only_looks_like_a_national_number(text: str) -> None:
    assert detected(text, ("national.id",)) is None
