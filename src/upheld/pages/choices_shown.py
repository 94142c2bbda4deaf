"""The choices of a person as a page shows them: grouped by where they happen, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from upheld import consent
from upheld.consent import browsing
from upheld.consent.browsing import Signal
from upheld.consent.choosing import label, offered_to
from upheld.consent.offered import before_choice, heeds_signals, in_browser
from upheld.consent.substance import Wider
from upheld.consent.wording import wording_of
from upheld.pages.sentences import Promise, promises
from upheld.policy.types import Policy, Purpose
from upheld.rights.reasons import title_of as data_title

_HEADINGS = {
    "browser": "In your browser",
    "mail": "By mail",
    "page": "On our pages",
    "post": "By post",
    "phone": "By phone",
    "": "Other uses of your data",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of a choice. `field` is its name in a form."""

    field: str
    title: str
    granted: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `state` says in words where it stands, `again` why it is asked again;
    `settled` is False where the person must choose and did not, `unasked` True where the
    account was made without the question."""

    id: str
    wording: str
    granted: bool
    settled: bool
    unasked: bool
    state: str
    since: datetime | None
    again: tuple[str, ...]
    promises: tuple[Promise, ...]
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one kind."""

    heading: str
    choices: tuple[Choice, ...]


def shown(who: str | None, policy: Policy, *, signal: Signal) -> list[Group]:
    """Return the choices of `who` (None = somebody who chose nothing yet), group by group."""
    states = {} if who is None else consent.state(who, policy=policy)
    here = in_browser(policy)
    groups: dict[str, list[Choice]] = {kind: [] for kind in _HEADINGS}
    for id, rule in offered_to(who, policy).items():
        kind = "browser" if id in here else rule.channel
        groups[kind].append(_choice(who, policy, rule, states.get(id), signal))
    return [Group(_HEADINGS[kind], tuple(found)) for kind, found in groups.items() if found]


def _choice(
    who: str | None, policy: Policy, rule: Purpose, state: consent.State | None, signal: Signal
) -> Choice:
    granted = browsing.counts(who, rule.id, signal=signal)
    return Choice(
        rule.id,
        wording_of(rule),
        granted,
        _settled(rule, state),
        state is not None and state.unasked,
        _in_words(policy, rule, state, granted, signal),
        state.since if state is not None else None,
        _reasons(policy, state.wider) if state is not None and state.wider else (),
        promises(rule.says),
        tuple(
            Topic(
                label((rule.id, topic)),
                topic[:1].upper() + topic[1:],
                browsing.counts(who, rule.id, topic, signal=signal),
            )
            for topic in rule.topics
            if len(rule.topics) > 1
        ),
    )


def _settled(rule: Purpose, state: consent.State | None) -> bool:
    if state is not None and (state.explicit or state.unasked or state.wider):
        return state.explicit
    return rule.default != "asked"


def _in_words(
    policy: Policy, rule: Purpose, state: consent.State | None, granted: bool, signal: Signal
) -> str:
    if state is not None and state.explicit and state.granted == granted:
        return "You said yes" if granted else "You said no"
    if signal and not granted and heeds_signals(policy, rule):
        return "Off, because your browser asks sites not to track you"
    if state is not None and state.unasked:
        return "Off until you choose: your account was made without asking you"
    if rule.default == "asked":
        return "Please choose; it stays off until you do"
    if before_choice(rule):
        return "On until you say no"
    return "Off until you say yes"


def _reasons(policy: Policy, more: Wider) -> tuple[str, ...]:
    """Say how a purpose reaches further than what was agreed to."""
    found = [f"it also uses: {data_title(id)}" for id in more.data if id in policy.data]
    for known in more.recipients:
        recipient = policy.recipients.get(known.partition(" (")[0])
        name = (recipient and recipient.name) or known
        found.append(f"it also goes to: {name}")
    found += [f"it also loads from: {origin}" for origin in more.outside]
    if more.channel:
        found.append(f"it now comes by {more.channel}")
    found += [f"it is also about: {topic}" for topic in more.topics]
    return tuple(found) or ("it changed since",)
