"""Word tokens answer `which rows have all these words`, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection

from upheld import keyring
from upheld.keyring import words
from upheld.keyring.models import WordToken

LABEL = "order.ShippingAddress.last_name"
SCOPE = "-:name.legal"
pytestmark = pytest.mark.django_db


def tokens(value: str) -> frozenset[str]:
    return keyring.sealer().tokens(SCOPE, value)


def find(value: str, *, label: str = LABEL, cast: str = "") -> list[object]:
    sql, params = words.rows_matching(label, tokens(value), cast=cast)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) found ORDER BY 1", params)
        return [row for (row,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def noted() -> None:
    words.add(LABEL, {"1": tokens("Mia Stone"), "2": tokens("Ana Stone-Mia"), "10": tokens("Ben")})
    words.add("order.BillingAddress.last_name", {"7": tokens("Mia")})


def test_rows_with_all_words_are_found() -> None:
    assert find("stone") == ["1", "2"]
    assert find("MIA stone") == ["1", "2"]
    assert find("mia ana stone") == ["2"]
    assert find("mia ben") == []
    assert find("ston") == []
    assert find("--") == []
    assert find("mia", label="order.BillingAddress.last_name") == ["7"]


def test_keys_come_as_the_primary_key_is() -> None:
    words.add(LABEL, {"9": tokens("Ben")})
    assert find("ben", cast="bigint") == [9, 10]
    assert find("ana stone", cast="integer") == [2]
    with pytest.raises(ValueError, match="cannot cast a primary key to `int; drop`"):
        words.rows_matching(LABEL, [], cast="int; drop")


def test_replaced_words_are_gone() -> None:
    words.replace(LABEL, {"1": tokens("Mia Field"), "2": frozenset()})
    assert find("stone") == []
    assert find("field") == find("mia") == ["1"]


def test_removed_rows_are_gone_from_their_column_only() -> None:
    assert words.remove(LABEL, ["1", "2", "7"]) == 5
    assert find("mia") == []
    assert find("mia", label="order.BillingAddress.last_name") == ["7"]
    assert words.remove(LABEL, []) == 0


def test_noting_twice_counts_once() -> None:
    words.add(LABEL, {"1": tokens("Mia Stone")})
    assert find("mia stone") == ["1", "2"]
    assert WordToken.objects.filter(column_label=LABEL, row="1").count() == 2


def test_no_word_is_stored() -> None:
    for token in WordToken.objects.values_list("token", flat=True):
        assert len(token) == 20
        assert not {"mia", "stone", "ana", "ben"} & {token.lower()}
