"""Which purposes leave the choice to the person, and what holds before they choose."""

from __future__ import annotations

from upheld.datamap.active import active
from upheld.errors import ConsentError
from upheld.policy.findings import did_you_mean
from upheld.policy.types import Policy, Purpose


def policy_in_force(policy: Policy | None) -> Policy:
    """Return the policy given, or the one that governs the site."""
    return active().policy if policy is None else policy


def offers_choice(purpose: Purpose) -> bool:
    """True for consent, and for an interest that people may decline (`default: in`)."""
    return purpose.basis == "consent" or bool(purpose.default)


def choices(policy: Policy) -> dict[str, Purpose]:
    """Return the purposes that a person may say yes or no to, in the policy's order."""
    return {id: purpose for id, purpose in policy.purposes.items() if offers_choice(purpose)}


def chosen_purpose(policy: Policy, name: str) -> Purpose:
    """Return the purpose, or raise `ConsentError` when it is none that people choose."""
    purpose = policy.purposes.get(name)
    if purpose is None:
        raise ConsentError(
            f"no purpose `{name}` in the policy",
            hint=did_you_mean(name, choices(policy)),
            purpose=name,
        )
    if not offers_choice(purpose):
        raise ConsentError(
            f"purpose `{name}` rests on `{purpose.basis}`, not on a choice of the person",
            hint=did_you_mean(name, choices(policy)),
            purpose=name,
        )
    return purpose


def before_choice(purpose: Purpose) -> bool:
    """The answer that holds until the person gives one: yes only for `default: in`."""
    return purpose.default == "in"
