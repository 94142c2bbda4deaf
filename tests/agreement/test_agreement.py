"""At least 20,000 questions over both databases together, the same ones each time."""

from __future__ import annotations

from itertools import islice

import pytest
from django.db import connection

from tests.agreement import vectors
from tests.agreement.generate import EACH, batches
from tests.agreement.run import differences
from tests.agreement.ways import FirstLine
from tests.agreement.world import World

SEED = 20261122
CHUNKS = 5
BATCHES = {"sqlite": 70, "postgresql": 33}
"""Batches a chunk. PostgreSQL answers slower, and the questions are the same."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_first_line_says_what_the_meaning_says(world: World, chunk: int) -> None:
    size = BATCHES[connection.vendor]
    found = list(differences(FirstLine(), islice(batches(SEED, world, first=chunk * size), size)))
    assert len(found) == size * EACH
    assert [vectors.written(each) for each in found if each is not None] == []


def test_both_databases_together_ask_enough() -> None:
    assert CHUNKS * sum(BATCHES.values()) * EACH >= 20_000
