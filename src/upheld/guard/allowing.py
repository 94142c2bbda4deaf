"""The smallest change that would allow what was refused, proved and priced.

A change is applied to a copy of the rules, and the meaning is asked again: only what
`decide` then allows is called allowed. What else the same change opens is said with it.
A suggestion is no advice: whether the notice allows it is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from upheld.context import Actor, ActorKind
from upheld.datamap.active import Active
from upheld.datamap.bound import BoundColumn, BoundModel
from upheld.guard.refused import Finding
from upheld.policy.semantics import Action, Outcome, Relation, decide
from upheld.policy.types import ALL, AUTHENTICATION, RIGHTS, UPKEEP, Grant, Policy, Purpose

File = Literal["policy.yaml", "map.yaml", "groups", "code", "none"]
GRANTED = (Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS)
_WIDTH = {"own": 0, "consented": 1, "all": 2}
_LAST = (AUTHENTICATION, RIGHTS, UPKEEP)
"""Purposes of the engine itself: for commands, where nothing else fits, and for no page."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `allows` = how many kinds of refusal it was proved to allow; `opens`
    says what else would be allowed by it, or is left out of it, a line each."""

    file: File
    text: str
    allows: int = 0
    opens: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.text}" if self.file != "none" else f"nothing: {self.text}"


def actor_of(finding: Finding) -> Actor:
    """The actor of a refusal, as far as it was kept: the kind and the posts."""
    return Actor(cast(ActorKind, finding.actor), "", frozenset(finding.posts))


def is_allowed(now: Active, policy: Policy, purpose: str | None, finding: Finding) -> bool:
    """Ask the meaning about a refused use, under a policy and purpose that may differ."""
    column, model = target_of(now, finding.target)
    if model is None:
        return False
    # A whole table: any category that nothing refuses answers for its rows.
    category = (
        column.category
        if column is not None
        else next((name for name in policy.data if name not in policy.refuse), "")
    )
    relation: Relation = model.relation
    action = cast(Action, finding.action)
    decided = decide(policy, purpose, actor_of(finding), relation, category, action)
    if column is None and action == "read":
        return decided.outcome is not Outcome.REFUSE
    return decided.outcome in GRANTED


def target_of(now: Active, label: str) -> tuple[BoundColumn | None, BoundModel | None]:
    """The column and model that a refusal names; both None for a statement."""
    column = now.datamap.labelled(label)
    return column, now.datamap.model(column.table if column is not None else label)


def grant(policy: Policy, purpose: str, field: str, categories: Iterable[str]) -> Policy:
    """The policy with `categories` added to `purposes.<purpose>.may.<field>`."""
    rule = policy.purposes[purpose]
    may = _with(rule.may, field, categories)
    return replace(policy, purposes={**policy.purposes, purpose: replace(rule, may=may)})


def _with(may: Grant, field: str, categories: Iterable[str]) -> Grant:
    wanted = sorted(set(categories))
    had: tuple[str, ...] = getattr(may, field)
    added = tuple(name for name in wanted if name not in had)
    values: dict[str, Any] = {field: (*had, *added)} if ALL not in had else {}
    if field in ("read", "write"):
        values["mask"] = tuple(name for name in may.mask if name not in wanted)
    return replace(may, **values)


def opened_columns(now: Active, categories: Iterable[str], asked: Iterable[str]) -> tuple[str, ...]:
    """What a grant of `categories` opens besides the columns that were asked for."""
    wanted, known = set(categories), set(asked)
    found = [
        column.label
        for column in now.datamap.columns
        if column.category in wanted and column.label not in known
    ]
    return (f"it opens {len(found)} more columns: {_some(found)}",) if found else ()


def other_places(now: Active, purpose: str, place: str) -> tuple[str, ...]:
    """The other routes, commands and tasks that serve the purpose, where it opens as well."""
    source = now.datamap.source
    served = [
        name
        for rules in (source.routes, source.commands, source.tasks)
        for name, serves in rules.items()
        if serves == purpose and name != place
    ]
    return (f"it opens them at every place of `{purpose}`: {_some(served)}",) if served else ()


def narrowest(now: Active, findings: list[Finding]) -> str | None:
    """The declared purpose that allows all of it and the least besides, None for none."""
    policy = now.policy
    by_people = any(finding.actor != "system" for finding in findings)
    fitting = []
    for name, rule in policy.purposes.items():
        if name in _LAST and by_people:
            continue
        if rule.may.rows == "own" and any(f.actor in ("staff", "system") for f in findings):
            continue  # their own rows are not what staff work on
        if all(is_allowed(now, policy, name, finding) for finding in findings):
            fitting.append((name in _LAST, _WIDTH[rule.may.rows], _reach(policy, rule), name))
    return min(fitting)[-1] if fitting else None


def declared_for(findings: list[Finding], categories: dict[str, set[str]]) -> Purpose:
    """A purpose that grants exactly what was refused, to whoever asked."""
    staff = {post for finding in findings for post in finding.posts}
    members = all(finding.actor in ("member", "visitor") for finding in findings)
    may = Grant(
        read=tuple(sorted(categories.get("read", ()))),
        match=tuple(sorted(categories.get("match", ()))),
        write=tuple(sorted(categories.get("write", ()))),
        rows="own" if members else "all",
    )
    return Purpose("new", "contract", may, posts=tuple(sorted(staff)))


def excess(now: Active, purpose: str, findings: list[Finding]) -> tuple[str, ...]:
    """What a place given `purpose` could do that it was not refused."""
    policy = now.policy
    rule = policy.purposes[purpose]
    asked = {column.category for f in findings if (column := target_of(now, f.target)[0])}
    lines = []
    for field in ("read", "match", "write"):
        given: tuple[str, ...] = getattr(rule.may, field)
        names = list(policy.data) if ALL in given else list(given)
        more = [name for name in names if name not in asked]
        if more:
            whose = "of one's own " if rule.may.rows == "own" else ""
            lines.append(f"it may then {field} {whose}{_some(more)} too")
    return tuple(lines)


def _reach(policy: Policy, rule: Purpose) -> int:
    may = rule.may
    if ALL in (*may.read, *may.write):
        return len(policy.data)
    return len({*may.read, *may.match, *may.write})


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
