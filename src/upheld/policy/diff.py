"""What changed between two policies, what of it is material, and in whose disfavour.

A change is material when it is worse for somebody the policy protects: a new recipient, a
wider grant, a longer retention, a ground other than consent. Better terms, titles and
notes are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from upheld.policy.shape import SINGLES, Field, fields_of, sections
from upheld.policy.types import AUTHENTICATION, OWN, Policy, Purpose
from upheld.policy.worsening import JUDGES, WORSE_WHEN_ADDED, WORSE_WHEN_REMOVED

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `rule` is `section.id`, `field` the dotted way inside it (empty = the
    whole rule was added or removed), `against` the people it is worse for."""

    rule: str
    field: str
    change: str
    """In words: `consent -> contract`, `+ contact.email`, `added`."""
    material: bool
    against: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What changed: `purposes.news.keep.for`."""
        return f"{self.rule}.{self.field}" if self.field else self.rule

    def __str__(self) -> str:
        if not self.material:
            return f"  {self.name}: {self.change}"
        return f"! {self.name}: {self.change} (worse for {', '.join(self.against)})"


def diff(old: Policy, new: Policy) -> list[Difference]:
    """Every change from `old` to `new`, in the order of the file."""
    found = list(_record("updated", old.updated, new.updated))
    for single in SINGLES:
        found += _changed(single, "", getattr(old, single), getattr(new, single), (EVERYONE,))
    for section in sections():
        before: dict[str, Any] = getattr(old, section)
        after: dict[str, Any] = getattr(new, section)
        for id in [*before, *(id for id in after if id not in before)]:
            found += _rule(old, new, section, id, before.get(id), after.get(id))
    return found


def is_material(old: Policy, new: Policy) -> bool:
    """Whether anything changed to somebody's disfavour."""
    return any(difference.material for difference in diff(old, new))


def _record(name: str, old: date, new: date) -> Iterator[Difference]:
    if old != new:
        yield Difference(name, "", f"{old} -> {new}", material=False)


def _rule(
    old: Policy, new: Policy, section: str, id: str, before: Any, after: Any
) -> Iterator[Difference]:
    name = f"{section}.{id}"
    if before is None:
        worse = section in WORSE_WHEN_ADDED and _does_something(after)
        yield Difference(name, "", "added", worse, _people(new, section, after) if worse else ())
    elif after is None:
        worse = section in WORSE_WHEN_REMOVED
        people = _people(old, section, before) if worse else ()
        yield Difference(name, "", "removed", worse, people)
    else:
        people = _people(old, section, before)
        people += tuple(each for each in _people(new, section, after) if each not in people)
        yield from _changed(name, "", before, after, people)


def _changed(
    rule: str, inside: str, old: Any, new: Any, people: tuple[str, ...]
) -> Iterator[Difference]:
    for field in fields_of(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        name = f"{inside}.{field.key}" if inside else field.key
        if field.kind == "record" and before is not None and after is not None:
            yield from _changed(rule, name, before, after, people)
            continue
        judge = JUDGES.get((type(old), field.name))
        worse = judge is not None and judge(old, new)
        yield Difference(rule, name, _words(field, before, after), worse, people if worse else ())


def _words(field: Field, old: Any, new: Any) -> str:
    if isinstance(old, tuple):
        parts = [f"+ {word}" for word in new if word not in old]
        parts += [f"- {word}" for word in old if word not in new]
        return ", ".join(parts) or "another order"
    if field.kind == "record":
        return "added" if old is None else "removed"
    return f"{_value(old)} -> {_value(new)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value != "" else "nothing"


def _does_something(value: Any) -> bool:
    if isinstance(value, Purpose):
        grant = value.may
        return bool(grant.read or grant.mask or grant.match or grant.write)
    return True


def _people(policy: Policy, section: str, value: Any) -> tuple[str, ...]:
    """Whom a rule is about: subscribers, members, visitors, the people behind a wall, or
    everyone."""
    if section == "purposes":
        return (_people_of(value),)
    if section == "recipients":
        served = (policy.purposes.get(name) for name in value.purposes)
        found = dict.fromkeys(_people_of(each) for each in served if each is not None)
        return (EVERYONE,) if not found or EVERYONE in found else tuple(found)
    if section in ("cookies", "embeds"):
        return ("visitors",)
    if section == "walls":
        return (value.id,)
    if section == "mail":
        return ("subscribers",)
    return (EVERYONE,)


def _people_of(purpose: Purpose) -> str:
    if purpose.default or purpose.basis == "consent":
        return "subscribers"
    if purpose.id in (OWN, AUTHENTICATION):
        return "members"
    return purpose.wall or EVERYONE
