"""What kind of mail a class is, and which classes a policy has.

A policy names its classes under `mail:`. Two need no line, since every site sends such mails:
`contract` and `service`.
"""

from __future__ import annotations

from dataclasses import replace

from upheld.policy.types import MailKind, MailRule, Policy

CHOSEN: frozenset[MailKind] = frozenset({"marketing", "survey", "partner"})
"""Kinds that go only to whom they were agreed with."""
ALWAYS: dict[str, MailRule] = {
    "contract": MailRule("contract", kind="contract"),
    "service": MailRule("service", kind="service"),
}
"""Classes that a policy has without naming them."""
_WORDS: tuple[tuple[str, MailKind], ...] = (
    ("partner", "partner"),
    ("survey", "survey"),
    ("feedback", "survey"),
    ("contract", "contract"),
    ("order", "contract"),
    ("invoice", "contract"),
    ("service", "service"),
    ("account", "service"),
)


def kind_of(rule: MailRule) -> MailKind:
    """Return the kind of a class: what it says, else what its id says, else marketing.

    Marketing when in doubt, as it is the kind that is bound most.
    """
    if rule.kind:
        return rule.kind
    return next((kind for word, kind in _WORDS if word in rule.id), "marketing")


def class_named(policy: Policy, word: str) -> MailRule | None:
    """Return the class of this id, or the first of this kind; None when there is none."""
    found = policy.mail.get(word)
    if found is not None:
        return found
    same_kind = (rule for rule in policy.mail.values() if kind_of(rule) == word)
    return next(same_kind, None) or _unnamed(policy, word)


def _unnamed(policy: Policy, word: str) -> MailRule | None:
    """A class without a line of its own is bound like the other one that people are owed."""
    plain = ALWAYS.get(word)
    if plain is None:
        return None
    for rule in policy.mail.values():
        if kind_of(rule) in ALWAYS:
            return replace(plain, unsubscribe=rule.unsubscribe, per_list=rule.per_list)
    return plain
