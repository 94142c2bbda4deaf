"""Which purposes leave the choice to the person, and what holds before they choose."""

from __future__ import annotations

from upheld.datamap.active import active
from upheld.errors import ConsentError
from upheld.policy.findings import did_you_mean
from upheld.policy.types import ALL, Policy, Purpose


def policy_in_force(policy: Policy | None) -> Policy:
    """Return the policy given, or the one that governs the site."""
    return active().policy if policy is None else policy


def offers_choice(purpose: Purpose) -> bool:
    """True for consent, and for an interest that people may decline (`default: in`)."""
    return purpose.basis == "consent" or bool(purpose.default)


def choices(policy: Policy) -> dict[str, Purpose]:
    """Return the purposes that a person may say yes or no to, in the policy's order."""
    return {id: purpose for id, purpose in policy.purposes.items() if offers_choice(purpose)}


def chosen_purpose(policy: Policy, name: str, topic: str = "") -> Purpose:
    """Return the purpose, or raise `ConsentError` when it is none that people choose or has
    no such topic."""
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
    if topic and topic not in purpose.topics:
        raise ConsentError(
            f"purpose `{name}` has no topic `{topic}`",
            hint=did_you_mean(topic, purpose.topics),
            purpose=name,
        )
    return purpose


def before_choice(purpose: Purpose) -> bool:
    """The answer that holds until the person gives one: yes only for `default: in`."""
    return purpose.default == "in"


def must_be_asked(policy: Policy) -> dict[str, Purpose]:
    """Return the choices that an account cannot be without a question about: those that would
    hold by silence, and those that somebody must decide."""
    return {id: rule for id, rule in choices(policy).items() if rule.default in ("in", "asked")}


def heeds_signals(policy: Policy, purpose: Purpose) -> bool:
    """Whether a browser's signal (GPC, DNT) refuses this choice: it governs a cookie, a key of
    the browser's storage or an embed, or uses data of technique or behaviour."""
    if not offers_choice(purpose):
        return False
    sections = (policy.cookies, policy.storage, policy.embeds)
    if any(each.purpose == purpose.id for section in sections for each in section.values()):
        return True
    grant = purpose.may
    used = {*grant.read, *grant.mask, *grant.match, *grant.write}
    named = policy.data if ALL in used else used
    kinds = {policy.data[id].kind for id in named if id in policy.data}
    return bool(kinds & {"technical", "behaviour"})


def in_browser(policy: Policy) -> dict[str, Purpose]:
    """Return the choices that a visitor's browser can make: what heeds signals, and what
    happens on the page itself."""
    return {
        id: rule
        for id, rule in choices(policy).items()
        if rule.channel == "page" or heeds_signals(policy, rule)
    }
