"""A rule in plain words, for people who read the notice and ask what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from upheld.policy.rules import Rule
from upheld.policy.types import (
    ALL,
    Category,
    Change,
    CollectionPoint,
    ContactPoint,
    Controller,
    Cookie,
    Embed,
    Hold,
    MailRule,
    Measure,
    Policy,
    Post,
    Purpose,
    Recipient,
    Refused,
    Right,
    StorageKey,
    Wall,
)

BASES = {
    "consent": "only with consent",
    "contract": "to carry out what was ordered or asked for",
    "legal_obligation": "because the law requires it",
    "legitimate_interest": "for the business, where no one's interests are overridden",
    "vital_interest": "to protect somebody's life",
    "public_task": "for a task in the public interest",
}
ROWS = {
    "own": "of the person acting only",
    "consented": "of people who agreed only",
    "all": "of everybody",
}


def explain(policy: Policy, rule: Rule) -> str:
    """Return one or two sentences that say what the rule does."""
    explainer = _EXPLAIN.get(type(rule.value))
    if explainer is None:
        return f"The rule `{rule.name}` of the policy."
    return explainer(policy, rule.value)


def title(policy: Policy, category: str) -> str:
    """Return plain words for a category, in lower case at the start."""
    known = policy.data.get(category)
    words = known.title if known is not None and known.title else category.replace(".", " ")
    return words[:1].lower() + words[1:]


def _list(policy: Policy, categories: Iterable[str]) -> str:
    names = ["everything" if name == ALL else title(policy, name) for name in categories]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _controller(policy: Policy, value: Controller) -> str:
    return f"{value.name} ({value.country}) answers for this site."


def _category(policy: Policy, value: Category) -> str:
    if value.sealed is not None:
        return "Kept encrypted under a key of the person's own; the keys lie outside the database."
    return "A kind of data that every use must be allowed for, one by one."


def _refused(policy: Policy, value: Refused) -> str:
    if value.unless:
        return "Taken only with explicit consent."
    return "Never taken: no place in the database may hold it, and text is searched for it."


def _collection(policy: Policy, value: CollectionPoint) -> str:
    parts = []
    if value.required:
        parts.append(f"Must be given: {_list(policy, value.required)}.")
    if value.optional:
        parts.append(f"May be given: {_list(policy, value.optional)}.")
    return " ".join(parts) or "Takes nothing."


def _purpose(policy: Policy, value: Purpose) -> str:
    grant = value.may
    parts = [f"Used {BASES[value.basis]}."]
    if grant.read:
        parts.append(f"May read {_list(policy, grant.read)}, {ROWS[grant.rows]}.")
    if grant.mask:
        parts.append(f"Sees a placeholder for {_list(policy, grant.mask)}.")
    if grant.write:
        parts.append(f"May change {_list(policy, grant.write)}.")
    if not (grant.read or grant.mask or grant.write):
        parts.append("May touch no data about people.")
    if value.posts:
        names = [policy.posts[post].title or post for post in value.posts if post in policy.posts]
        parts.append(f"Only these staff posts: {', '.join(names)}.")
    if value.keep is not None:
        parts.append(f"Kept {value.keep.period} after {value.keep.after.replace('.', ' ')}.")
    return " ".join(parts)


def _recipient(policy: Policy, value: Recipient) -> str:
    name = value.name or value.id.replace("_", " ")
    condition = f", {value.only_if.replace('_', ' ')} required" if value.only_if else ""
    return f"{name} may be given {_list(policy, value.gets)}{condition}."


def _cookie(policy: Policy, value: Cookie) -> str:
    stays = f"{value.days} days" if value.days else "until the browser closes"
    return f"A cookie of this site, kept {stays}."


def _storage(policy: Policy, value: StorageKey) -> str:
    return "Kept in the browser, where only this site's own pages can read it."


def _embed(policy: Policy, value: Embed) -> str:
    return f"Content from {value.origin}, loaded only after consent."


def _right(policy: Policy, value: Right) -> str:
    limit = (
        f" Done within {value.within}, counted from {value.counted_from}." if value.within else ""
    )
    ways = ", ".join(way.replace("-", " ") for way in value.by)
    return f"Can be asked for by {ways}.{limit}" if ways else f"A right of every person.{limit}"


def _post(policy: Policy, value: Post) -> str:
    return f"The staff post {value.title or value.id}: sees what its purposes name, no more."


def _wall(policy: Policy, value: Wall) -> str:
    return "A part of the house whose data never meet another part's."


def _measure(policy: Policy, value: Measure) -> str:
    note = value.note[:1].upper() + value.note[1:] if value.note else "A safeguard that is kept"
    return f"{note}{f', every {value.every}' if value.every else ''}."


def _mail(policy: Policy, value: MailRule) -> str:
    ways = {
        "none": "These mails are needed and carry no link to end them.",
        "link": "Each of these mails carries a link that ends them.",
        "one_click": "Each of these mails carries a link that ends them with one click.",
    }
    return ways[value.unsubscribe]


def _contact(policy: Policy, value: ContactPoint) -> str:
    return f"Reached at {value.value}."


def _hold(policy: Policy, value: Hold) -> str:
    stays = f" for {value.period}" if value.period else " until it is over"
    return (
        f"{value.title or value.id}: keeps {_list(policy, value.data)}{stays}, even after deletion."
    )


def _change(policy: Policy, value: Change) -> str:
    told = f" People are told by {' and '.join(value.tell)}." if value.tell else ""
    return f"Text that changes gets a new date.{told}"


_EXPLAIN: dict[type, Callable[[Policy, Any], str]] = {
    Controller: _controller,
    Category: _category,
    Refused: _refused,
    CollectionPoint: _collection,
    Purpose: _purpose,
    Recipient: _recipient,
    Cookie: _cookie,
    StorageKey: _storage,
    Embed: _embed,
    Right: _right,
    Post: _post,
    Wall: _wall,
    Measure: _measure,
    MailRule: _mail,
    ContactPoint: _contact,
    Hold: _hold,
    Change: _change,
}
