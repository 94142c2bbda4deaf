"""Making choices: what a form or a banner sends, read strictly and recorded as a whole.

Either every answer of one sending is recorded or none. What the policy does not offer (any
more) is named back and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS, transaction

from upheld.consent.asking import allowed
from upheld.consent.keeping import keep_visitor
from upheld.consent.ledger import record
from upheld.consent.merging import About
from upheld.consent.offered import choices, in_browser
from upheld.consent.visitors import is_visitor
from upheld.consent.wording import wording_of
from upheld.context import purpose
from upheld.errors import ConsentError
from upheld.policy.types import OWN, Policy, Purpose

ALL, EVERY = "all", "every"
"""Names of fields that answer many at once: all in the browser, every one that is offered."""
_SAID = {"yes": True, "no": False}
NO_ANSWERS = frozenset({"csrfmiddlewaretoken", "next", "via"})


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent. `unknown` are names that are not offered here, in the order sent."""

    answers: dict[About, bool] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def offered_to(subject: str | None, policy: Policy) -> dict[str, Purpose]:
    """Return what this chooser may answer: a visitor what happens in the browser, a person
    we can reach everything."""
    if subject is None or is_visitor(subject):
        return in_browser(policy)
    return choices(policy)


def read(fields: Iterable[tuple[str, str]], subject: str | None, policy: Policy) -> Given:
    """Return the answers among `fields` (name, value); of one sent twice the last counts.

    A name is `<purpose>`, `<purpose>.<topic>`, `all` or `every`, its value `yes` or `no`.
    Raises `ConsentError` for another value, and when nothing of what was sent is offered.
    """
    offered = offered_to(subject, policy)
    many: dict[str, bool] = {}
    single: dict[About, bool] = {}
    unknown: dict[str, None] = {}
    for name, value in fields:
        if name in NO_ANSWERS:
            continue
        about = _about(name, offered)
        if about is None and name not in (ALL, EVERY):
            unknown[name] = None
            continue
        if value not in _SAID:
            raise ConsentError(f"`{value}` is no answer to `{name}`", hint="say `yes` or `no`")
        if about is not None:
            single[about] = _SAID[value]
        else:
            many[name] = _SAID[value]
    answers = _many(many, offered, policy) | single
    if not answers:
        raise ConsentError(
            "nothing was answered that is offered here",
            hint="reload the page: it shows what there is to choose",
            unknown=tuple(unknown),
        )
    return Given(_with_purposes(answers, offered), tuple(unknown))


def give(
    subject: str,
    answers: Mapping[About, bool],
    *,
    policy: Policy,
    place: str,
    method: str,
    using: str = DEFAULT_DB_ALIAS,
) -> dict[str, bool]:
    """Record the answers of `subject`, all or none, and return what counts for each now.

    A topic agreed to where its purpose was not is a yes to that topic alone: the purpose is
    agreed to and its other topics are refused.
    """
    offered = choices(policy)
    with purpose(OWN, subject=subject), transaction.atomic(using=using):
        if is_visitor(subject):
            keep_visitor(subject, policy, using)
        for (id, topic), granted in _alone(subject, answers, policy, using).items():
            record(
                subject,
                id,
                granted,
                topic=topic,
                wording=wording_of(offered[id], topic),
                version=policy.updated.isoformat(),
                place=place,
                method=method,
                policy=policy,
                using=using,
            )
        return {
            label(about): allowed(subject, *about, policy=policy, using=using) for about in answers
        }


def label(about: About) -> str:
    """Return `purpose` or `purpose.topic`, as fields are named."""
    id, topic = about
    return f"{id}.{topic}" if topic else id


def _about(name: str, offered: Mapping[str, Purpose]) -> About | None:
    if name in offered:
        return name, ""
    # A purpose's id may hold dots itself, a topic may too: try every one.
    for at in (at for at, sign in enumerate(name) if sign == "."):
        id, topic = name[:at], name[at + 1 :]
        if id in offered and topic in offered[id].topics:
            return id, topic
    return None


def _many(
    said: Mapping[str, bool], offered: Mapping[str, Purpose], policy: Policy
) -> dict[About, bool]:
    found: dict[About, bool] = {}
    if EVERY in said:
        found |= {(id, ""): said[EVERY] for id in offered}
        if said[EVERY]:
            found |= {(id, t): True for id, rule in offered.items() for t in rule.topics}
    if ALL in said:
        found |= {(id, ""): said[ALL] for id in in_browser(policy) if id in offered}
    return found


def _with_purposes(answers: dict[About, bool], offered: Mapping[str, Purpose]) -> dict[About, bool]:
    """Put answers in the policy's order, the purpose before its topics."""
    order = [(id, topic) for id, rule in offered.items() for topic in ("", *rule.topics)]
    return {about: answers[about] for about in order if about in answers}


def _alone(
    subject: str, answers: Mapping[About, bool], policy: Policy, using: str
) -> dict[About, bool]:
    found: dict[About, bool] = {}
    for (id, topic), granted in answers.items():
        rest = (id, "") not in answers and (id, "") not in found
        if topic and granted and rest and not allowed(subject, id, policy=policy, using=using):
            found[id, ""] = True
            others = (other for other in policy.purposes[id].topics if other != topic)
            found |= {(id, other): answers.get((id, other), False) for other in others}
        found[id, topic] = granted
    return found
