"""Whether what purposes may do agrees with their basis, their walls and the data."""

from __future__ import annotations

from collections.abc import Iterator

from upheld.policy.findings import Finding, Marks, Path
from upheld.policy.types import ALL, ENGINE_PURPOSES, Grant, Policy, Purpose

WORDS_KINDS = ("identity", "contact", "free_text", "document")
"""Kinds of category that people search by words."""


def check_grants(policy: Policy, marks: Marks) -> Iterator[Finding]:
    """Findings about `data`, `refuse` and `purposes`."""
    yield from _categories(policy, marks)
    for id, purpose in policy.purposes.items():
        yield from _basis(purpose, marks, ("purposes", id))
        yield from _grant(policy, purpose, marks, ("purposes", id, "may"))
        yield from _wall(policy, purpose, marks, ("purposes", id, "may"))
    yield from _marketing(policy, marks)
    yield from _kept(policy, marks)


def _categories(policy: Policy, marks: Marks) -> Iterator[Finding]:
    for id, category in policy.data.items():
        path: Path = ("data", id)
        if id in policy.refuse:
            message = f"`{id}` is declared and refused; refusal wins, so it is never usable"
            hint = "keep one of the two"
            yield marks.finding("policy.refused-declared", path, message, hint=hint)
        sealed = category.sealed
        if sealed is None:
            continue
        at = (*path, "sealed")
        if category.anonymous:
            message = f"`{id}` is anonymous, so there is no person under whose key to seal it"
            hint = "take `sealed` or `anonymous` out"
            yield marks.finding("policy.sealed-anonymous", at, message, hint=hint)
        if sealed.lookup == "words" and category.kind not in WORDS_KINDS:
            message = f"`{id}` is of kind {category.kind}, which nobody searches by words"
            hint = "write `lookup: exact` or `sealed: true`"
            yield marks.finding("policy.sealed-words", at, message, hint=hint)
        if sealed.by == "member" and sealed.lookup != "none":
            message = f"members hold the key of `{id}`, so the site cannot look it up"
            hint = "take `lookup` out"
            yield marks.finding("policy.sealed-lookup", at, message, hint=hint)


def _basis(purpose: Purpose, marks: Marks, path: Path) -> Iterator[Finding]:
    grant, id = purpose.may, purpose.id
    touches = grant.read or grant.mask or grant.match or grant.write
    if purpose.repair and grant.rows != "all":
        message = f"`{id}` repairs rows whose person cannot be told but does not work on all rows"
        hint = "write `rows: all`, or take `repair` out"
        yield marks.finding("policy.repair-rows", (*path, "may", "rows"), message, hint=hint)
    if purpose.basis == "consent":
        if touches and grant.rows == "all":
            message = f"`{id}` rests on consent but works on all rows"
            hint = "write `rows: consented`"
            yield marks.finding("policy.consent-rows", (*path, "may", "rows"), message, hint=hint)
        if not purpose.default:
            message = f"`{id}` rests on consent but does not say what holds before a choice"
            hint = "write `default: out` (only who agreed), `in` or `asked`"
            yield marks.finding("policy.consent-default", path, message, hint=hint)
        return
    objectable = purpose.basis == "legitimate_interest" and purpose.default == "in"
    if purpose.default and not objectable:
        message = f"`{id}` has a default though no choice of the person decides it"
        hint = "take `default` out; only consent has one (and an interest people may decline: `in`)"
        yield marks.finding("policy.default-basis", (*path, "default"), message, hint=hint)
    if grant.rows == "consented" and not objectable:
        message = f"`{id}` works on consented rows but does not rest on consent"
        hint = "write `basis: consent`, or `rows: own` or `rows: all`"
        yield marks.finding("policy.rows-basis", (*path, "may", "rows"), message, hint=hint)


def _grant(policy: Policy, purpose: Purpose, marks: Marks, path: Path) -> Iterator[Finding]:
    grant = purpose.may
    for index, id in enumerate(grant.mask):
        for action, verb in (("read", "read"), ("write", "written")):
            if id in getattr(grant, action):
                message = f"`{purpose.id}` masks `{id}`, so it cannot be {verb}"
                hint = "name it in one of the two"
                where = (*path, "mask", index)
                yield marks.finding(f"policy.masked-{action}", where, message, hint=hint)
    if not purpose.posts:
        return
    for action in ("read", "mask", "match", "write"):
        for index, id in enumerate(getattr(grant, action)):
            category = policy.data.get(id)
            if category and category.sealed and category.sealed.by == "member":
                message = f"members hold the key of `{id}`, no post can {action} it"
                where = (*path, action, index)
                hint = "take it out"
                yield marks.finding("policy.member-key", where, message, hint=hint)


def _wall(policy: Policy, purpose: Purpose, marks: Marks, path: Path) -> Iterator[Finding]:
    if purpose.id in ENGINE_PURPOSES:
        return
    behind = {id: wall.id for wall in policy.walls.values() for id in wall.holds}
    for action in ("read", "mask", "match", "write"):
        words: tuple[str, ...] = getattr(purpose.may, action)
        for index, id in enumerate(words):
            reached = behind.get(id, purpose.wall)
            if id == ALL and behind.keys() and set(behind.values()) != {purpose.wall}:
                message = f"`{purpose.id}` names all categories, some behind another wall"
            elif reached != purpose.wall:
                message = f"`{purpose.id}` reaches `{id}` behind the wall `{reached}`"
            else:
                continue
            hint = "walls are never crossed: set its `wall`, or leave the category out"
            yield marks.finding("policy.wall-crossed", (*path, action, index), message, hint=hint)


def _marketing(policy: Policy, marks: Marks) -> Iterator[Finding]:
    stoppable = any(rule.unsubscribe != "none" for rule in policy.mail.values())
    for id, purpose in policy.purposes.items():
        if purpose.channel == "mail" and purpose.default and not stoppable:
            message = f"`{id}` sends mail that people may decline, no class of mail lets them"
            hint = "add `mail: {marketing: {unsubscribe: one_click}}`"
            path = ("purposes", id, "channel")
            yield marks.finding(
                "policy.no-unsubscribe", path, message, hint=hint, severity="warning"
            )


def _kept(policy: Policy, marks: Marks) -> Iterator[Finding]:
    """A category with no retention by any purpose stays for ever, which deserves a thought."""
    limited: set[str] = set()
    for purpose in policy.purposes.values():
        if purpose.keep is not None:
            limited |= set(_touched(purpose.may))
    for id, category in policy.data.items():
        if id not in limited and ALL not in limited and not category.anonymous:
            message = f"no purpose says how long `{id}` is kept"
            hint = "give a purpose that uses it `keep: {after: ..., for: ..., then: erase}`"
            path = ("data", id)
            yield marks.finding("policy.no-retention", path, message, hint=hint, severity="warning")


def _touched(grant: Grant) -> tuple[str, ...]:
    return (*grant.read, *grant.mask, *grant.match, *grant.write)
