"""Whom a campaign reaches, asked slice by slice under its own purpose.

No list is made ahead. Each slice is a query of the campaign's purpose, whose rows are
`consented`: the guard adds who agreed and leaves out whose data are restricted, so nobody who
has said no is even seen here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn, BoundKind, BoundModel
from upheld.datamap.expressions import SubjectOf
from upheld.mail.campaigns import segments
from upheld.mail.campaigns.fields import NAME, PERSONAL, may_read, used
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.rules import ADDRESS
from upheld.policy.types import Purpose

SYSTEM = Actor("system", "system:campaigns")


@dataclass(frozen=True, slots=True)
class Root:
    """A kind of people with the table and column their address stands in."""

    kind: BoundKind
    model: BoundModel
    address: BoundColumn
    names: tuple[BoundColumn, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a mail may be for: whose row, the address, a name if the text has one."""

    root: int
    row: str
    subject: str
    address: str
    name: str


@contextmanager
def working(campaign: Campaign) -> Iterator[None]:
    """Work for the campaign's purpose, as the system."""
    with purpose(campaign.purpose, actor=SYSTEM, place=f"campaign:{campaign.key}"):
        yield


def roots(now: Active, rule: Purpose) -> tuple[Root, ...]:
    """Return where addresses of people are, in the map's order: people known by a key (who
    have an account) and people known by their address, behind the purpose's own wall."""
    found = []
    for kind in now.datamap.kinds.values():
        if rule.wall and kind.wall and kind.wall != rule.wall:
            continue
        model = now.datamap.model(kind.model)
        if model is None:
            continue
        own = [c for c in model.columns if c.category == ADDRESS and not c.copy_of]
        if kind.by == "value":
            own = [c for c in own if c.field is kind.field]
        if own:
            names = tuple(c for c in model.columns if c.category == PERSONAL[NAME])
            found.append(Root(kind, model, own[0], names if kind.by == "key" else ()))
    return tuple(found)


class Audience:
    """The people of one campaign. Use it under `working(campaign)`."""

    def __init__(self, campaign: Campaign, now: Active, using: str) -> None:
        rule = now.policy.purposes[campaign.purpose]
        self.using = using
        self.roots = roots(now, rule)
        self._segment = segments.parsed(campaign.segment)
        self._datamap = now.datamap
        wants_name = NAME in used(campaign.subject_line, campaign.body)
        self._named = wants_name and may_read(rule, PERSONAL[NAME])

    def after(self, root: int, row: str, size: int) -> list[Person]:
        """Return the next people of a root behind the row `row` (empty = from the start)."""
        rows = self._rows(root)
        if rows is None:
            return []
        if row:
            rows = rows.filter(pk__gt=row)
        return self._people(root, rows.order_by("pk")[:size])

    def again(self, root: int, rows: Iterable[str]) -> list[Person]:
        """Return those of some rows who may still be mailed, read anew."""
        found = self._rows(root)
        return [] if found is None else self._people(root, found.filter(pk__in=list(rows)))

    def count(self) -> int:
        """How many people the rule fits now; two accounts with one address count twice."""
        total = 0
        for number, root in enumerate(self.roots):
            rows = self._rows(number)
            if rows is not None and root.kind.by == "value":
                rows = rows.values("_subject").distinct()
            total += 0 if rows is None else rows.count()
        return total

    def _rows(self, number: int) -> Any:
        root = self.roots[number]
        fits = segments.condition_for(root.kind, self._segment, self._datamap, self.using)
        if fits is None:
            return None
        rows = root.model.model._base_manager.using(self.using).order_by()
        if root.kind.by == "value":
            # A table of guests may hold rows of members too (orders): those are not its people.
            rows = rows.annotate(_subject=SubjectOf(root.model))
            rows = rows.filter(_subject__startswith=f"{root.kind.id}:")
        return rows.filter(fits) if fits else rows

    def _people(self, number: int, rows: Any) -> list[Person]:
        root = self.roots[number]
        columns = [root.address.field.attname]
        if self._named:
            columns += [column.field.attname for column in root.names]
        if root.kind.by == "value":
            columns.append("_subject")
        people = []
        for pk, address, *rest in rows.values_list("pk", *columns):
            subject = rest.pop() if root.kind.by == "value" else f"{root.kind.id}:{pk}"
            if subject:
                name = " ".join(word for word in rest if word)
                people.append(Person(number, str(pk), subject, address or "", name))
        return people
