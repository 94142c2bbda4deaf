"""What was refused, or would be, place by place, with the smallest change that allows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import DEFAULT_DB_ALIAS

from upheld.datamap.active import Active, active
from upheld.guard.allowing import (
    Change,
    declared_for,
    excess,
    grant,
    is_allowed,
    narrowest,
    opened_columns,
    other_places,
    target_of,
)
from upheld.guard.inbrowser import is_declared_now, is_of_browser, next_step
from upheld.guard.refused import SOFT, Finding, findings, purpose_at


@dataclass(frozen=True, slots=True)
class Place:
    """A route, command or task with its findings, and the changes that would allow them."""

    name: str
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]

    @property
    def count(self) -> int:
        """How often something was refused here."""
        return sum(finding.count for finding in self.findings)

    @property
    def is_refused(self) -> bool:
        """Whether anything is refused here; else values are only left out or masked."""
        return any(finding.reason not in SOFT for finding in self.findings)


def report(using: str = DEFAULT_DB_ALIAS, *, observed: bool = False) -> list[Place]:
    """Return the places with refusals, the busiest first; `observed` = only what observe
    mode let pass."""
    governance = active()
    places: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings(using):
        if not (observed and finding.enforced) and not is_settled(governance, finding):
            places[finding.place].append(finding)
    found = [
        Place(name, tuple(each), tuple(changes_for(governance, name, each)))
        for name, each in places.items()
    ]
    return sorted(found, key=lambda place: (-place.count, place.name))


def is_settled(now: Active, finding: Finding) -> bool:
    """Whether the rules have changed since, so that it would not be refused in this way."""
    if is_of_browser(finding):
        return is_declared_now(now, finding)
    purpose = purpose_at(now, now, finding.place, finding.purpose)
    if finding.reason == "no-purpose" and purpose is not None:
        return True
    if target_of(now, finding.target)[1] is None:
        return False
    return is_allowed(now, now.policy, purpose, finding)


def changes_for(now: Active, place: str, found: Iterable[Finding]) -> list[Change]:
    """Return the changes that would allow all findings of a place."""
    grants: dict[tuple[str, str, bool], list[Finding]] = defaultdict(list)
    without: list[Finding] = []
    others: dict[str, Change] = {}
    for finding in found:
        column, _ = target_of(now, finding.target)
        known = finding.purpose in now.policy.purposes
        if finding.reason == "no-purpose":
            without.append(finding)
        elif finding.reason in ("not-granted", "deferred", "masked") and column and known:
            field = "write" if finding.action == "delete" else finding.action
            grants[finding.purpose, field, finding.reason == "deferred"].append(finding)
        else:
            change = _other(now, finding)
            others[str(change)] = change
    first = [_purpose_for(now, place, without)] if without else []
    granted = [
        _grant_for(now, place, purpose, field, each)
        for (purpose, field, _), each in sorted(grants.items())
    ]
    return [*first, *filter(None, granted), *others.values()]


def _grant_for(
    now: Active, place: str, purpose: str, field: str, found: list[Finding]
) -> Change | None:
    named = {c.category for f in found if (c := target_of(now, f.target)[0])}
    secrets = {name for name in named if _is_secret(now, name)}
    # Rows bring them along; no page shows them.
    hidden = secrets if all(f.reason == "deferred" for f in found) else set()
    categories = sorted(named - hidden)
    if not categories:
        return None
    changed = grant(now.policy, purpose, field, categories)
    allowed = [f for f in found if is_allowed(now, changed, purpose, f)]
    masked = [name for name in categories if name in now.policy.purposes[purpose].may.mask]
    text = f"add {', '.join(categories)} to `purposes.{purpose}.may.{field}`"
    if all(f.reason == "deferred" for f in found):
        text = f"only if it is shown there: {text}"
    if masked and field in ("read", "write"):
        text += f", and take {', '.join(masked)} out of `may.mask`"
    opens = opened_columns(now, categories, [f.target for f in found])
    return Change("policy.yaml", text, len(allowed), (*opens, *other_places(now, purpose, place)))


def _purpose_for(now: Active, place: str, found: list[Finding]) -> Change:
    """The narrowest declared purpose that allows everything the place was refused, else the
    purpose that would have to be declared."""
    where = f"`{place}`" if place else "the code (it ran outside any route)"
    # A statement that no compiler made is no matter of the purpose alone.
    decided = [f for f in found if target_of(now, f.target)[1] is not None]
    chosen = narrowest(now, decided)
    if chosen is not None:
        text = f"give {where} the purpose `{chosen}`"
        return Change("map.yaml", text, len(decided), excess(now, chosen, decided))
    asked: dict[str, set[str]] = defaultdict(set)
    secrets: set[str] = set()
    for finding in decided:
        column, _ = target_of(now, finding.target)
        if column is None:
            continue
        field = "write" if finding.action == "delete" else finding.action
        if field == "read" and _is_secret(now, column.category):
            # They are loaded with the row of a person; whoever does not look at them misses
            # nothing when they are deferred.
            secrets.add(column.category)
        else:
            asked[field].add(column.category)
    rule = declared_for(decided, asked)
    changed = replace(now.policy, purposes={**now.policy.purposes, rule.id: rule})
    allowed = [f for f in decided if is_allowed(now, changed, rule.id, f)]
    words = [f"{name}: [{', '.join(sorted(each))}]" for name, each in sorted(asked.items())]
    may = ", ".join([*words, f"rows: {rule.may.rows}"])
    posts = f" and `posts: [{', '.join(rule.posts)}]`" if rule.posts else ""
    text = (
        f"declare a purpose with `may: {{{may}}}`{posts}, and give {where} that purpose in"
        " map.yaml; none that is declared allows all of this"
    )
    left = (f"left out, since a row loads without them: {', '.join(sorted(secrets))}",)
    return Change("policy.yaml", text, len(allowed), left if secrets else ())


def _is_secret(now: Active, category: str) -> bool:
    known = now.policy.data.get(category)
    return known is not None and known.kind == "credential"


def _other(now: Active, finding: Finding) -> Change:
    if is_of_browser(finding):
        file, text = next_step(finding)
        return Change(file, text)
    column, _ = target_of(now, finding.target)
    category = column.category if column is not None else ""
    rule = now.policy.purposes.get(finding.purpose)
    target = f"`{finding.target}`"
    asks = f"{finding.code} asks too much: " if finding.code else ""
    match finding.reason:
        case "post":
            posts = " or ".join(f"`post:{post}`" for post in (rule.posts if rule else ()))
            text = f"put the person into {posts}, or give the place another purpose"
            return Change("groups", text)
        case "unknown-purpose":
            return Change("policy.yaml", f"declare the purpose `{finding.purpose}`")
        case "unknown-category":
            return Change("policy.yaml", f"declare the category of {target}")
        case "unresolved-subject":
            return Change("map.yaml", f"write the subject path of {target}")
        case "refused-data":
            return Change("none", f"{category} is refused everywhere, drop the column")
        case "sealed":
            text = (
                f"{asks}ask {target} only what ciphertext answers, or widen"
                f" `data.{category}.sealed` in policy.yaml"
            )
            return Change("code", text)
        case "raw":
            text = f"{asks}write {target} with the ORM, or wrap it in `guard.raw`"
            return Change("code", text)
        case "other-subject":
            return Change("none", f"{asks}{target} is somebody else's row")
        case _:
            return Change("code", f"{asks}look at {target} ({finding.reason})")
