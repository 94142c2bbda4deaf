"""Differences that were found once, and that the reading of vectors loses nothing."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import vectors
from tests.agreement.case import Case
from tests.agreement.generate import Batch, batch, batches
from tests.agreement.run import Difference, differences
from tests.agreement.ways import FirstLine, expected
from tests.agreement.world import World
from upheld.datamap.active import active


@pytest.mark.parametrize("path", sorted(vectors.FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_it_stays_mended(world: World, path: Path) -> None:
    case, wanted = vectors.read(path.read_text("utf-8"), active(), world)
    assert vectors.plain(expected(case)) == wanted
    asked = Batch(0, 0, case.now, (case,))
    assert list(differences(FirstLine(), [asked])) == [None]


def test_a_vector_is_the_case(world: World) -> None:
    for made in islice(batches(3, world), 2):
        for case in made.cases:
            text = vectors.written(Difference(3, made.number, "first", case, "x", expected(case)))
            again, wanted = vectors.read(text, active(), world)
            assert again.question == case.question
            assert again.context == case.context
            assert again.now.policy == case.now.policy
            assert vectors.plain(expected(again)) == wanted


class _Blind(FirstLine):
    """A line that lets everything be seen."""

    def answer(self, case: Case) -> Any:
        return super().answer(Case(case.now, case.world, "upkeep", "system", None, case.question))


def test_a_line_that_shows_too_much_is_found(world: World) -> None:
    found = [each for each in differences(_Blind(), [batch(3, 0, world)]) if each is not None]
    assert len(found) > 10
    assert vectors.written(found[0]).startswith("# seed 3, batch 0: the first line answered\n#   ")
    assert vectors.file_name(vectors.written(found[0])).endswith(".yaml")
