"""What was refused, or would be, place by place, with the smallest change that allows it.

A suggestion is no advice: whether the notice allows the change is for people to say. So
each one names the file and the words to add, never more than the refused use needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import DEFAULT_DB_ALIAS

from upheld.context import Actor
from upheld.datamap.active import Active, active
from upheld.guard.models import RefusalCount
from upheld.guard.own import as_engine
from upheld.policy.semantics import Action, Outcome, Relation, decide

_SYSTEM = Actor("system", "system:report")
_WIDTH = {"own": 0, "consented": 1, "all": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of refusal at one place. `enforced` False = it was only observed."""

    target: str
    action: str
    purpose: str
    actor: str
    reason: str
    count: int
    last: datetime
    enforced: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A route, command or task with its findings, and the changes that would allow them."""

    name: str
    findings: tuple[Finding, ...]
    changes: tuple[str, ...]


def report(using: str = DEFAULT_DB_ALIAS) -> list[Place]:
    """Return the places with refusals, the busiest first."""
    governance = active()
    with as_engine():
        rows = list(RefusalCount.objects.using(using).order_by("place", "-count", "target"))
    places: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        places[row.place].append(
            Finding(
                row.target, row.action, row.purpose, row.actor, row.reason, row.count, row.last,
                row.enforced,
            )
        )  # fmt: skip
    found = [
        Place(name, tuple(findings), tuple(changes_for(governance, name, findings)))
        for name, findings in places.items()
    ]
    return sorted(found, key=lambda place: (-sum(f.count for f in place.findings), place.name))


def changes_for(governance: Active, place: str, findings: Iterable[Finding]) -> list[str]:
    """Return the changes that would allow all findings of a place, as short sentences."""
    changes: dict[str, None] = {}
    grants: dict[tuple[str, str], set[str]] = defaultdict(set)
    without: list[Finding] = []
    for finding in findings:
        category = _category(governance, finding.target)
        if finding.reason == "no-purpose":
            without.append(finding)
        elif finding.reason in ("not-granted", "deferred") and category:
            field = "write" if finding.action == "delete" else finding.action
            grants[finding.purpose, field].add(category)
        else:
            changes[_other(governance, finding, category)] = None
    first = [_purpose_for(governance, place, without)] if without else []
    granted = [
        f"policy.yaml: add {', '.join(sorted(categories))} to `purposes.{name}.may.{field}`"
        for (name, field), categories in sorted(grants.items())
    ]
    return [*first, *granted, *changes]


def _purpose_for(governance: Active, place: str, findings: list[Finding]) -> str:
    """The narrowest declared purpose that allows everything the place was refused."""
    policy = governance.policy
    fitting = []
    for purpose, rule in policy.purposes.items():
        if all(_allows(governance, purpose, finding) for finding in findings):
            grant = rule.may
            width = len(policy.data) if "*" in (*grant.read, *grant.write) else len(
                {*grant.read, *grant.match, *grant.write}
            )  # fmt: skip
            fitting.append((_WIDTH[grant.rows], width, purpose))
    where = f"`{place}`" if place else "the code (it ran outside any route)"
    if not fitting:
        return f"map.yaml: give {where} a purpose; none that is declared allows all of this"
    return f"map.yaml: give {where} the purpose `{min(fitting)[2]}`"


def _allows(governance: Active, purpose: str, finding: Finding) -> bool:
    label = finding.target
    column = governance.datamap.labelled(label)
    model = governance.datamap.model(column.table if column is not None else label)
    if column is None or model is None:
        return True
    action = cast(Action, finding.action)
    relation: Relation = model.relation
    decision = decide(governance.policy, purpose, _SYSTEM, relation, column.category, action)
    allowed = (Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS)
    return decision.outcome in allowed


def _category(governance: Active, target: str) -> str:
    column = governance.datamap.labelled(target)
    return column.category if column is not None else ""


def _other(governance: Active, finding: Finding, category: str) -> str:
    rule = governance.policy.purposes.get(finding.purpose)
    match finding.reason:
        case "masked":
            return (
                f"policy.yaml: move {category} from `purposes.{finding.purpose}.may.mask`"
                f" to `may.{finding.action}`"
            )
        case "post":
            posts = " or ".join(f"`post:{post}`" for post in (rule.posts if rule else ()))
            return f"groups: put the person into {posts}, or give the place another purpose"
        case "unknown-purpose":
            return f"policy.yaml: declare the purpose `{finding.purpose}`"
        case "unknown-category":
            return f"policy.yaml: declare the category of `{finding.target}`"
        case "unresolved-subject":
            return f"map.yaml: write the subject path of `{finding.target}`"
        case "refused-data":
            return f"nothing: {category} is refused everywhere, drop the column"
        case "sealed":
            return (
                f"code: ask `{finding.target}` only what ciphertext answers, or policy.yaml:"
                f" widen `data.{category}.sealed`"
            )
        case "raw":
            return f"code: write `{finding.target}` with the ORM, or wrap it in `guard.raw`"
        case "other-subject":
            return f"nothing: `{finding.target}` is somebody else's row"
        case _:
            return f"code: look at `{finding.target}` ({finding.reason})"
