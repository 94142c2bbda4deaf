"""Full card numbers are found however they are written; other numbers pass.

The numbers are the payment industry's published test numbers.
"""

from __future__ import annotations

import pytest

from sites.payments.card_numbers import holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "my card: 4242 4242 4242 4242, thanks",
        "4242-4242-4242-4242",
        "4242/4242/4242/4242",
        "4242 4242 4242 4242",
        "4242 - 4242 - 4242 - 4242",
        "４２４２ ４２４２ ４２４２ ４２４２",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "378282246310005",
        "card_number=5555555555554444&code=123",
        '{"note": "6011 1111 1111 1117"}',
    ],
)
def test_card_numbers_are_found(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4242424242424241",
        "+49 170 1234 5674",
        "+1 (202) 555-0142",
        "HH-7KQ2-M9XD",
        "1Z999AA10123456784",
        "0000 0000 0000 0000",
        "12 November 2026, 14 boxes of 24",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert not holds_card_number(text)
