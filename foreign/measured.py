"""How good drafts are: each column drafted, held against the truth that a human wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Model as DjangoModel

from upheld.datamap.guess import Guess
from upheld.datamap.readings import readings
from upheld.policy.extend import whole_map
from upheld.policy.mapfile import MapFile, Model

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts of columns, keys left out.

    `right` = drafted with the category of the truth, `settled` = that and not asked about.
    `missed` are personal columns that need a hand's correction, as `column: truth, draft`;
    `overdrawn` are columns that are not personal and were drafted as if.
    """

    personal: int
    right: int
    settled: int
    found: int
    plain: int
    missed: tuple[str, ...]
    overdrawn: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the personal columns, those that need no hand's correction."""
        return self.right / self.personal

    @property
    def precision(self) -> float:
        """Of the columns drafted as personal, those that are."""
        return self.found / (self.found + len(self.overdrawn))


def truth(name: str) -> MapFile:
    """The hand-made map of one application, with what it extends."""
    return whole_map(HERE / "truth" / f"{name}.yaml").map


def drafts(models: Iterable[type[DjangoModel]], root: str) -> dict[str, Mapping[str, Guess]]:
    """Draft `models` with nothing declared. `root` is the label of the people's model."""
    given = list(models)
    roots = {model for model in given if model._meta.label == root}
    return {model._meta.label: each.columns for model, each in readings(given, roots).items()}


def measure(drafted: Mapping[str, Mapping[str, Guess]], known: MapFile) -> Measure:
    """Compare every drafted column of every model that the truth knows."""
    personal = right = settled = found = plain = 0
    missed, overdrawn = [], []
    for label, columns in drafted.items():
        model = known.models.get(label)
        for name, guess in columns.items() if model is not None else ():
            is_said = _category(model, name)
            if is_said is None:
                continue
            drafted_as = guess.what if guess.what not in ("none", "key") else ""
            if not is_said:
                plain += 1
                if drafted_as:
                    overdrawn.append(f"{label}.{name}: {drafted_as}")
                continue
            personal += 1
            found += bool(drafted_as)
            right += drafted_as == is_said
            settled += drafted_as == is_said and not guess.unsure
            if drafted_as != is_said:
                missed.append(f"{label}.{name}: {is_said}, drafted {guess.what}")
    return Measure(personal, right, settled, found, plain, tuple(missed), tuple(overdrawn))


def _category(model: Model, name: str) -> str | None:
    """The category of a column, empty for not personal, None for keys and what is not said."""
    column = model.columns.get(name)
    if column is None:
        return "" if model.rest == "none" and name != "id" else None
    if column.role == "key":
        return None
    return column.category or ""
