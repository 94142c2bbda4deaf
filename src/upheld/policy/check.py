"""Whether a policy's parts agree with each other.

Reading has already made sure that each part is well formed. Every finding here has a
stable code; `docs/policy-language.md` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from upheld.policy.check_grants import check_grants
from upheld.policy.codes import COUNTRIES, CURRENCIES
from upheld.policy.detectors import DETECTORS
from upheld.policy.findings import Finding, Marks, Path, did_you_mean
from upheld.policy.load import PolicyFile
from upheld.policy.period import parse_period
from upheld.policy.rules import rules
from upheld.policy.shape import Field, fields_of
from upheld.policy.types import ALL, ENGINE_PURPOSES, Grant, Policy, Proof

KNOWN_PROOFS = ("account", "known_mail", "document")
"""Proofs of identity that need no entry in `proofs`: being signed in, control of the mailbox
that the site knows, an identity document."""

OWN_GROUND = ("legal_ground", "acquisition")
"""Hand-overs that no purpose of the site's bounds."""

UNDECLARED = {
    "cookies": "policy.undeclared-cookie",
    "data": "policy.undeclared-category",
    "holds": "policy.undeclared-hold",
    "posts": "policy.undeclared-post",
    "purposes": "policy.undeclared-purpose",
    "refuse": "policy.undeclared-refused",
    "walls": "policy.undeclared-wall",
}


def check(policy: Policy, marks: Marks | None = None) -> list[Finding]:
    """What does not agree. `marks` lets findings point into the file."""
    marks = marks or Marks("policy.yaml")
    parts: tuple[Callable[[Policy, Marks], Iterator[Finding]], ...] = (
        _references,
        _codes,
        _engine_purposes,
        check_grants,
        _detectors,
        _outside,
        _rights,
        _change,
        _unused,
    )
    return sorted(finding for part in parts for finding in part(policy, marks))


def check_file(read: PolicyFile) -> list[Finding]:
    """Everything wrong with a policy file by itself: what reading found, then `check`."""
    if read.policy is None:
        return list(read.findings)
    return [*read.findings, *check(read.policy, read.marks)]


def _references(policy: Policy, marks: Marks) -> Iterator[Finding]:
    for rule in rules(policy):
        yield from _record(policy, marks, rule.value, rule.path)


def _record(policy: Policy, marks: Marks, value: Any, path: Path) -> Iterator[Finding]:
    for field in fields_of(value):
        inner = getattr(value, field.name)
        if field.kind == "record" and inner is not None:
            yield from _record(policy, marks, inner, (*path, field.key))
        elif field.refers:
            yield from _words(policy, marks, value, field, (*path, field.key))


def _words(
    policy: Policy, marks: Marks, record: Any, field: Field, path: Path
) -> Iterator[Finding]:
    declared: dict[str, Any] = getattr(policy, field.refers)
    value: Any = getattr(record, field.name)
    words = value if isinstance(value, tuple) else (value,)
    for index, word in enumerate(words):
        if not word or word in declared or (word == ALL and isinstance(record, Grant)):
            continue
        if field.refers == "data" and word in policy.refuse:
            if isinstance(record, Proof) and field.name == "takes":
                continue
            message = f"`{_dotted(path)}` names `{word}`, which the policy refuses to take"
            hint = "take it out here, or out of `refuse`"
            yield marks.finding("policy.refused-used", (*path, index), message, hint=hint)
            continue
        near = did_you_mean(word, declared)
        hint = near or f"declare it in `{field.refers}`"
        message = f"`{_dotted(path)}` names `{word}`, which `{field.refers}` does not declare"
        yield marks.finding(UNDECLARED[field.refers], (*path, index), message, hint=hint)


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _codes(policy: Policy, marks: Marks) -> Iterator[Finding]:
    def country(code: str, *path: str) -> Iterator[Finding]:
        if code and code not in COUNTRIES:
            hint = "two capitals of ISO 3166: `US`, `GB`, `MY`, `BN`"
            yield marks.finding("policy.country", path, f"no country has `{code}`", hint=hint)

    yield from country(policy.controller.country, "controller", "country")
    for id, recipient in policy.recipients.items():
        yield from country(recipient.where, "recipients", id, "where")
    for id, place in policy.places.items():
        yield from country(place.country, "places", id, "country")
    currency = policy.controller.currency
    if currency and currency not in CURRENCIES:
        message = f"no money is called `{currency}`"
        hint = "three capitals of ISO 4217: `USD`, `GBP`, `MYR`, `BND`"
        yield marks.finding("policy.currency", ("controller", "currency"), message, hint=hint)


def _engine_purposes(policy: Policy, marks: Marks) -> Iterator[Finding]:
    path: Path
    for name in ENGINE_PURPOSES:
        if name not in policy.purposes:
            message = f"the purpose `{name}` is missing, Upheld itself runs under it"
            hint = f"declare `purposes.{name}`"
            path = ("purposes",)
            yield marks.finding("policy.missing-engine-purpose", path, message, hint=hint)
            continue
        purpose = policy.purposes[name]
        rows = "own" if name == "own" else "all"
        if purpose.may.rows != rows:
            path = ("purposes", name, "may", "rows")
            message = f"`{name}` works on {rows} rows, not on {purpose.may.rows}"
            hint = f"write `rows: {rows}`"
            yield marks.finding("policy.engine-rows", path, message, hint=hint)
        if purpose.posts:
            message = f"`{name}` is no staff work, it has no posts"
            path = ("purposes", name, "posts")
            hint = "give staff a purpose of their own"
            yield marks.finding("policy.engine-posts", path, message, hint=hint)


def _detectors(policy: Policy, marks: Marks) -> Iterator[Finding]:
    for id, refused in policy.refuse.items():
        for index, name in enumerate(refused.detect):
            if name not in DETECTORS:
                message = f"no detector finds `{name}`, so it is refused by name only"
                hint = did_you_mean(name, DETECTORS)
                path = ("refuse", id, "detect", index)
                yield marks.finding(
                    "policy.no-detector", path, message, hint=hint, severity="warning"
                )


def _outside(policy: Policy, marks: Marks) -> Iterator[Finding]:
    home = policy.controller.country
    for id, recipient in policy.recipients.items():
        path: Path = ("recipients", id)
        may: set[str] = set()
        for name in recipient.purposes:
            if name in policy.purposes:
                grant = policy.purposes[name].may
                may |= set(grant.read) | set(grant.mask)
        for index, category in enumerate(recipient.gets):
            if recipient.only_if in OWN_GROUND or ALL in may:
                continue
            if category in policy.data and category not in may:
                message = f"`{id}` gets `{category}`, which none of its purposes may read"
                hint = "let a purpose read it, or take it out here"
                where = (*path, "gets", index)
                yield marks.finding("policy.recipient-wider", where, message, hint=hint)
        if recipient.role == "processor" and recipient.gets and not recipient.contract:
            message = f"the processor `{id}` is bound by no contract"
            hint = "name the contract, or say by `role` that it is no processor"
            yield marks.finding("policy.no-contract", path, message, hint=hint, severity="warning")
        if recipient.where not in ("", home) and recipient.gets and not recipient.safeguard:
            message = f"`{id}` takes data to {recipient.where} without a safeguard"
            hint = "name the instrument in `safeguard`"
            yield marks.finding("policy.transfer", path, message, hint=hint, severity="warning")
    consented = {id for id, purpose in policy.purposes.items() if purpose.basis == "consent"}
    for id, cookie in policy.cookies.items():
        path = ("cookies", id, "purpose")
        if cookie.needs_consent and cookie.purpose in policy.purposes.keys() - consented:
            message = f"the cookie `{id}` needs consent, its purpose does not rest on it"
            hint = "name a purpose with `basis: consent`"
            yield marks.finding("policy.cookie-basis", path, message, hint=hint)
    for id, embed in policy.embeds.items():
        if embed.purpose in policy.purposes.keys() - consented:
            message = f"`{id}` loads from outside for a purpose that does not rest on consent"
            path = ("embeds", id, "purpose")
            hint = "name a purpose with `basis: consent`"
            yield marks.finding("policy.embed-basis", path, message, hint=hint)


def _rights(policy: Policy, marks: Marks) -> Iterator[Finding]:
    known = {*KNOWN_PROOFS, *policy.proofs}
    for id, right in policy.rights.items():
        if right.proof and right.proof not in known:
            message = f"`rights.{id}.proof` names `{right.proof}`, which `proofs` does not declare"
            hint = did_you_mean(right.proof, known) or "declare it in `proofs`"
            path = ("rights", id, "proof")
            yield marks.finding("policy.undeclared-proof", path, message, hint=hint)
        if not right.proof and (right.counted_from == "verified" or right.verify_within):
            message = f"the clock of `{id}` starts at a check that nothing asks for"
            hint = "say in `proof` how people show who they are"
            yield marks.finding("policy.unverified", ("rights", id), message, hint=hint)
    for id, proof in policy.proofs.items():
        if proof.forget and proof.forget != "after check" and parse_period(proof.forget) is None:
            message = f"`proofs.{id}.forget` cannot be `{proof.forget}`"
            hint = "write `after check` or a period: `30 days`"
            yield marks.finding("policy.forget", ("proofs", id, "forget"), message, hint=hint)


def _change(policy: Policy, marks: Marks) -> Iterator[Finding]:
    if policy.change.on != "never" and not policy.change.tell:
        message = "people are to be told of changes, but not how"
        hint = "add `tell: [mail, banner]`"
        yield marks.finding("policy.change-tell", ("change",), message, hint=hint)
    if policy.change.tell and policy.change.on == "never":
        message = "`tell` says how people hear of changes, `on` says never"
        hint = "write `on: material` or `on: always`"
        yield marks.finding("policy.change-tell", ("change",), message, hint=hint)


def _unused(policy: Policy, marks: Marks) -> Iterator[Finding]:
    named: set[str] = set()
    for rule in rules(policy):
        named |= set(_named(rule.value))
    posts = {post for purpose in policy.purposes.values() for post in purpose.posts}
    for id in policy.data:
        if id not in named:
            message = f"nothing collects, uses or hands over `{id}` by name"
            hint = "take it out, or name it where it is used"
            path: Path = ("data", id)
            code = "policy.unused-category"
            yield marks.finding(code, path, message, hint=hint, severity="warning")
    for id in policy.posts:
        if id not in posts:
            message = f"no purpose lets the post `{id}` act"
            hint = "name it in the `posts` of a purpose"
            path = ("posts", id)
            yield marks.finding("policy.unused-post", path, message, hint=hint, severity="warning")


def _named(value: Any) -> Iterator[str]:
    """The categories that a rule names."""
    for field in fields_of(value):
        inner = getattr(value, field.name)
        if field.kind == "record" and inner is not None:
            yield from _named(inner)
        elif field.refers == "data":
            yield from inner
