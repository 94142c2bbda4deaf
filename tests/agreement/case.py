"""One question about one policy, and the tools by which plain Python answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from tests.agreement.people import ACTORS
from tests.agreement.world import COLUMNS, Row, World
from upheld.context import Context
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.guard.masked import PLACEHOLDER
from upheld.policy.semantics import Action, Outcome, decide, sees_unresolved

GRANTED = (Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS)
ABOUT_NOBODY_ALLOWED = {"clinic.Appointment", "clinic.Note", "clinic.Remark"}
"""Models of the map whose rows without a subject are about nobody."""


class RefusedError(Exception):
    """The oracle's way to say that a question is refused."""


class _Refused:
    def __repr__(self) -> str:
        return "refused"


REFUSED = _Refused()
"""The answer to a question that is refused."""


@dataclass(frozen=True)
class Question:
    """What is asked: a shape of query about a column, with values for it.

    `value` and `other` are of the column and made from the stored rows; `second` is
    another column of the same model, for shapes that need two.
    """

    shape: str
    model: type[Model]
    column: str
    second: str
    value: str
    other: str
    row: int
    """The key of one row, for shapes that act on one."""


@dataclass(frozen=True)
class Case:
    """A question under a governance, asked by somebody for a purpose."""

    now: Active
    world: World
    purpose: str | None
    actor: str
    """A key of `ACTORS`."""
    subject: str | None
    """A key of `World.people`."""
    question: Question

    @property
    def context(self) -> Context:
        """The context that the question is asked in."""
        subject = self.world.people[self.subject] if self.subject else None
        return Context(self.purpose, ACTORS[self.actor], subject, "agreement")

    @property
    def model(self) -> type[Model]:
        return self.question.model

    @property
    def column(self) -> str:
        return self.question.column

    # -- what the policy says --------------------------------------------------------------

    def bound(self, model: type[Model] | None = None) -> BoundModel:
        """The map's entry of a model."""
        found = self.now.datamap.model(model or self.model)
        assert found is not None
        return found

    def bound_column(self, name: str = "", model: type[Model] | None = None) -> BoundColumn:
        """The map's entry of a column, the asked one when none is named."""
        found = self.bound(model).column(name or self.column)
        assert found is not None
        return found

    def outcome(self, action: Action, name: str = "", model: type[Model] | None = None) -> Outcome:
        """What the meaning says of one action on one column."""
        column = self.bound_column(name, model)
        if column.role != "category":
            return Outcome.ALLOW
        return decide(
            self.now.policy, self.purpose, ACTORS[self.actor], self.bound(model).relation,
            column.category, action,
        ).outcome  # fmt: skip

    def need(self, action: Action, name: str = "", model: type[Model] | None = None) -> None:
        """Refuse unless the action is granted."""
        if self.outcome(action, name, model) not in GRANTED:
            raise RefusedError

    def seal(self, name: str = "", model: type[Model] | None = None) -> str | None:
        """How the column is sealed; None = it is in clear."""
        return self.bound_column(name, model).lookup

    def plain(self, name: str = "", model: type[Model] | None = None) -> None:
        """Refuse what no ciphertext can answer."""
        if self.seal(name, model) is not None:
            raise RefusedError

    def comparable(self, name: str = "", model: type[Model] | None = None) -> None:
        """Refuse an equality that no index answers."""
        if self.seal(name, model) == "none":
            raise RefusedError

    def condition(self) -> None:
        """Refuse a comparison that stands among the outputs: it is a match where the blind
        index answers it, and reads the column where clear text does."""
        if self.seal() is None:
            self.need("read")
        else:
            self.need("match")
            self.comparable()

    # -- rows ------------------------------------------------------------------------------

    def rows(self, model: type[Model] | None = None) -> list[Row]:
        """The rows that the purpose may touch at all. Raises `RefusedError` when none."""
        chosen = model or self.model
        bound = self.bound(chosen)
        if bound.relation == "nobody":
            return list(self.world.rows[chosen])
        # Rows do not depend on the category: one that nothing refuses answers for all.
        policy = self.now.policy
        some = next(name for name in policy.data if name not in policy.refuse)
        decided = decide(policy, self.purpose, ACTORS[self.actor], bound.relation, some, "read")
        if decided.outcome is Outcome.REFUSE:
            raise RefusedError
        assert self.purpose is not None
        rule = policy.purposes[self.purpose].may.rows
        return [row for row in self.world.rows[chosen] if self._may(rule, bound.label, row)]

    def _may(self, rule: str, label: str, row: Row) -> bool:
        if rule == "all" and self.unresolved_too:
            return True
        if not row.subjects:
            return label in ABOUT_NOBODY_ALLOWED
        if rule == "all":
            return True
        if rule == "own":
            return self.context.subject in row.subjects
        # Where a row has several subjects the first reference by text counts.
        return self.agreed(min(row.subjects))

    @property
    def unresolved_too(self) -> bool:
        """Whether the purpose reaches rows whose person cannot be told."""
        return sees_unresolved(self.now.policy.purposes[self.purpose or ""])

    def agreed(self, subject: str) -> bool:
        """Whether a person agreed to the purpose that is asked for."""
        assert self.purpose is not None
        by_default = self.now.policy.purposes[self.purpose].default == "in"
        return self.world.chose.get((subject, self.purpose), by_default)

    def keys(self, model: type[Model] | None = None) -> set[int]:
        """The keys of `rows`."""
        return {row.pk for row in self.rows(model)}

    # -- values ----------------------------------------------------------------------------

    def seen(self, row: Row, name: str = "", model: type[Model] | None = None) -> Any:
        """What a read gives for one row: its value or the placeholder; else refused."""
        match self.outcome("read", name, model):
            case Outcome.DEFER | Outcome.REFUSE:
                raise RefusedError
            case Outcome.MASK:
                return PLACEHOLDER
        return row.values[name or self.column]

    def loadable(self, model: type[Model] | None = None) -> None:
        """Refuse a whole row when one of its columns is refused, not only deferred."""
        for column in self.personal(model):
            if self.outcome("read", column.field.name, column.field.model) is Outcome.REFUSE:
                raise RefusedError

    def personal(self, model: type[Model] | None = None) -> list[BoundColumn]:
        """The personal columns of a model, those of its parents' tables too."""
        chosen = model or self.model
        kin = [chosen, *chosen._meta.all_parents]
        return [c for each in kin for c in self.bound(each).columns if c.role == "category"]

    def loaded(self, row: Row, name: str = "", model: type[Model] | None = None) -> Any:
        """What a loaded object holds for one column."""
        match self.outcome("read", name, model):
            case Outcome.DEFER:
                return "deferred"
            case Outcome.MASK:
                return PLACEHOLDER
        return row.values[name or self.column]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the model that the world knows."""
        return COLUMNS[self.model]
