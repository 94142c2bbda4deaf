"""Why data are held and for how long, in plain words taken from the policy."""

from __future__ import annotations

from dataclasses import dataclass

from upheld.datamap.active import active
from upheld.policy.types import ALL, ENGINE_PURPOSES, Policy, Purpose

BASIS = {
    "consent": "because you agreed",
    "contract": "to carry out what you ordered or asked for",
    "legal_obligation": "because the law requires it",
    "legitimate_interest": "because the business needs it and it does not override your interests",
    "vital_interest": "to protect somebody's life",
    "public_task": "for a task in the public interest",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One purpose that may use a category."""

    purpose: str
    title: str
    basis: str
    keep: str
    says: tuple[str, ...]


def title_of(category: str) -> str:
    """Return plain words for a category id: its title, or the id made readable."""
    known = active().policy.data.get(category)
    if known is not None and known.title:
        return known.title
    return category.replace(".", ": ").replace("_", " ").capitalize()


def reasons_for(category: str) -> tuple[Reason, ...]:
    """Every purpose of the site that may read `category`, the engine's own left out."""
    policy = active().policy
    return tuple(
        Reason(rule.id, purpose_title(rule), BASIS[rule.basis], kept_for(rule), rule.says)
        for rule in policy.purposes.values()
        if rule.id not in ENGINE_PURPOSES and _reads(rule, category)
    )


def purpose_title(rule: Purpose) -> str:
    """Return plain words for a purpose."""
    return rule.title or rule.id.replace("_", " ").capitalize()


def kept_for(rule: Purpose) -> str:
    """Return `6 years after the order is closed`, or what holds without a period."""
    if rule.keep is None:
        return "as long as you have an account"
    event = rule.keep.after.replace(".", " ").replace("_", " ")
    return f"{rule.keep.period} after {event}"


def recipients_of(policy: Policy, category: str) -> tuple[str, ...]:
    """Names of the outside bodies that may be given `category`."""
    return tuple(
        recipient.name or recipient.id.replace("_", " ")
        for recipient in policy.recipients.values()
        if category in recipient.gets or ALL in recipient.gets
    )


def _reads(rule: Purpose, category: str) -> bool:
    return category in rule.may.read or ALL in rule.may.read or category in rule.may.mask
