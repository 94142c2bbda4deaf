"""The part of a SELECT's compiler that spares compiling: it uses a plan, or leaves one."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import TYPE_CHECKING, Any

from upheld.datamap.bound import BoundColumn
from upheld.guard.compiling import Guarded
from upheld.guard.outputs import Converter
from upheld.guard.plans import Plan, Rule, keep, recall
from upheld.guard.shapes import Shape, shape_of
from upheld.policy.semantics import Action

if TYPE_CHECKING:
    from upheld.guard.rowseals import Seals


class Planned(Guarded):
    """What a plan remembers is state of this class; subclasses fill it while compiling."""

    _withheld: dict[int, list[Converter]] | None = None
    """Converters of outputs that were replaced by NULL, by `id` of the expression."""
    _sealed_outputs: list[tuple[str, BoundColumn]] | None = None
    _joined_rules: list[Rule]
    _first_rules: list[Rule]
    _plan: Plan | None = None
    row_action: Action = "read"

    def begin(self, around: Guarded | None) -> None:
        super().begin(around)
        self._joined_rules, self._first_rules = [], []

    def statement(self, *args: Any, **kwargs: Any) -> Any:
        # What is not run is a part of another query. Observing records what it meets, each time.
        plannable = self._executing and self._preset_use is None and not self.observing
        shape = shape_of(self) if plannable and not args and not kwargs else None
        if shape is None:
            return super().statement(*args, **kwargs)
        known = recall(self, shape)
        if known is not None:
            return self._as_planned(*known)
        sql, params = super().statement()
        keep(self, shape, self._as_plan(sql, shape), tuple(params))
        return sql, params

    def rule_for(self, table: str, alias: str | None) -> tuple[str, tuple[Any, ...]] | None:
        """The row rule of an alias, None for all rows."""
        raise NotImplementedError

    def _as_plan(self, sql: str, shape: Shape) -> Plan:
        return Plan(
            sql,
            tuple(param for _, (_, params), _ in self.select for param in params),
            tuple(self._joined_rules),
            tuple(self._first_rules),
            self.select,
            self.klass_info,
            self.annotation_col_map,
            self.has_extra_select,
            self.touched,
            self._sealed_outputs,
            self._withheld,
            shape.pins,
        )

    def _as_planned(self, plan: Plan, params: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """Be as if the statement had just been compiled."""
        self._plan = plan
        self.select, self.col_count = plan.select, len(plan.select)
        self.klass_info, self.annotation_col_map = plan.klass_info, plan.annotation_col_map
        self.has_extra_select = plan.has_extra_select
        self.touched = plan.touched
        self._sealed_outputs, self._withheld = plan.sealed_outputs, plan.withheld
        return plan.sql, params

    def planned_converters(self, outputs: list[Any]) -> Any:
        """The converters of `outputs`, made once where they are those of the plan."""
        plan = self._plan
        if plan is None:
            return self.converters_made()
        if plan.converters is None:
            plan.converters = (outputs, self.converters_made())
        elif not _same(outputs, plan.converters[0]):
            return self.converters_made()
        return plan.converters[1]

    def planned_seals(self, outputs: Sequence[Any]) -> list[Seals]:
        """What the sealed ones of `outputs` must agree with, likewise."""
        plan = self._plan
        if plan is None:
            return self.seals_made()
        if plan.seals is None:
            plan.seals = (outputs, self.seals_made())
        elif not _same(outputs, plan.seals[0]):
            return self.seals_made()
        return plan.seals[1]

    def converters_made(self) -> Any:
        """Work the converters out."""
        raise NotImplementedError

    def seals_made(self) -> list[Seals]:
        """Work the seals out."""
        raise NotImplementedError


def _same(outputs: Sequence[Any], known: Sequence[Any]) -> bool:
    return len(outputs) == len(known) and all(map(is_, outputs, known))
