"""Choosing: topics, what is asked again, and that no costs what yes costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from typing import Literal

from django.urls import reverse

from upheld import consent
from upheld.consent.models import ConsentState
from upheld.consent.offered import choices, heeds_signals, in_browser
from upheld.consent.settling import settle
from upheld.datamap.active import Active
from upheld.policy.types import Policy, Purpose
from upheld.proving.answers import answers
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import person
from upheld.proving.visitor import browser

JSON = "application/json"


@makes_probes
def choosing(active: Active) -> Iterator[Probe]:
    """Probes for each choice, and one for the page that shows them all."""
    offered = choices(active.policy)
    for rule in offered.values():
        about = f"purposes.{rule.id}"
        if rule.default != "in":
            yield Probe(
                f"asked-again.{rule.id}",
                about,
                f"stretch a yes to `{rule.id}` beyond what was agreed to, or lose it by a typo",
                rule.says,
                partial(_asked_again, rule=rule),
            )
        if len(rule.topics) > 1:
            yield Probe(
                f"topics.{rule.id}",
                about,
                f"be reached about a topic of `{rule.id}` that was refused",
                rule.says,
                partial(_topics, rule=rule),
            )
        if heeds_signals(active.policy, rule):
            yield Probe(
                f"signal.{rule.id}",
                about,
                f"have `{rule.id}` happen in a browser that asks not to, or by a forged cookie",
                rule.says,
                partial(_signals, rule=rule),
            )
    if offered:
        says = tuple(dict.fromkeys(id for rule in offered.values() for id in rule.says))
        yield Probe("consent.refusing", "purposes", "make no dearer than yes", says, _refusing)


def _asked_again(ground: Ground, rule: Purpose) -> Finding:
    policy, using = ground.active.policy, ground.using
    yes, no = person(using), person(using)
    answers(ground, yes, rule, True)
    answers(ground, no, rule, False)
    typo = _with(policy, replace(rule, title=f"{rule.title} (again)", says=()))
    must(_allows(typo, yes.subject, rule, using), "a typo took a yes away")
    for name, wider in _wider(policy, rule):
        must(not _allows(wider, yes.subject, rule, using), f"a yes was stretched to {name}")
        state = consent.state(yes.subject, policy=wider, using=using)[rule.id]
        must(state.wider, f"nobody is asked again after {name}")
        settle(policy=wider, using=using)
        row = ConsentState.objects.using(using).get(subject=yes.subject, purpose=rule.id)
        must(not row.granted, f"the guard's filter stretches a yes to {name}")
    settle(policy=policy, using=using)
    must(_allows(policy, yes.subject, rule, using), "the yes did not come back with the old rules")
    must(not _allows(policy, no.subject, rule, using), "a no became a yes")
    return Finding("kept", "what reaches further is asked again, a typo is not")


def _topics(ground: Ground, rule: Purpose) -> Finding:
    using = ground.using
    for refused in rule.topics:
        who = person(using)
        answers(ground, who, rule, True)
        answers(ground, who, rule, False, topic=refused)
        for topic in rule.topics:
            expected = topic != refused
            single = consent.allowed(who.subject, rule.id, topic, using=using)
            many = consent.allowing([who.subject], rule.id, topic, using=using)
            must(single is expected, f"refusing `{refused}` decides about `{topic}`")
            must(bool(many) is expected, f"a list of `{topic}` says otherwise than the person")
        answers(ground, who, rule, False)
        must(
            not any(consent.allowed(who.subject, rule.id, t, using=using) for t in rule.topics),
            "a topic outlives its purpose",
        )
    return Finding("kept", f"each of {len(rule.topics)} topics was refused on its own")


def _signals(ground: Ground, rule: Purpose) -> Finding:
    page = reverse("upheld:choices")
    signals: tuple[dict[str, str], ...] = ({}, {"Sec-GPC": "1"}, {"DNT": "1"})
    for signal in signals:
        visitor = browser(HTTP_ACCEPT=JSON)
        state = visitor.get(page, {"format": "json"}, headers=signal).json()["choices"]
        must(not state[rule.id] or (rule.default == "in" and not signal), "silence is a yes")
        said = visitor.post(page, {rule.id: "yes"}).json()["choices"]
        must(said[rule.id], "a yes was not taken")
        state = visitor.get(page, {"format": "json"}, headers=signal).json()["choices"]
        must(state[rule.id] is not bool(signal), "a signal of the browser is not heeded")
        for name in list(visitor.cookies):
            visitor.cookies[name] = "A" * 20 + ":1forge:" + "A" * 43
        forged = visitor.get(page, {"format": "json"}).json()
        must(rule.id not in forged["answered"], "a forged cookie was taken")
    return Finding("kept", "GPC and DNT are a no, and a forged cookie is nobody's")


def _refusing(ground: Ground) -> Finding:
    policy, using = ground.active.policy, ground.using
    who = person(using)
    page = reverse("upheld:choices")
    client = browser(user=who.user)
    for rule in choices(policy).values():
        answers(ground, who, rule, True)
    buttons = _buttons(client.get(page).content.decode())
    fields = [*choices(policy), *(["every"] if len(choices(policy)) > 1 else [])]
    for name in fields:
        yes, no = buttons.get((name, "yes")), buttons.get((name, "no"))
        must(yes is not None and no is not None, f"`{name}` cannot be answered both ways")
        must(yes == no, f"yes and no to `{name}` do not look alike")
    must(
        all(state.granted for state in consent.state(who.subject, using=using).values()),
        "looking at the page changed a choice",
    )
    client.post(page, {"every": "no"})
    left = [id for id, one in consent.state(who.subject, using=using).items() if one.granted]
    must(not left, f"one click of no left a yes: {left}")
    if in_browser(policy):
        visitor = browser(HTTP_ACCEPT=JSON)
        told = visitor.post(page, {"all": "no"}).json()
        must(not any(told["choices"].values()), "a visitor's one click of no left a yes")
    return Finding("kept", f"{len(buttons)} buttons alike, and one click refuses everything")


def _allows(policy: Policy, subject: str, rule: Purpose, using: str) -> bool:
    return consent.allowed(subject, rule.id, policy=policy, using=using)


def _wider(policy: Policy, rule: Purpose) -> Iterator[tuple[str, Policy]]:
    """The policy with the purpose reaching further, in each way there is."""
    more = next((id for id in policy.data if id not in (*rule.may.read, *rule.may.mask)), None)
    if more is not None and "*" not in rule.may.read:
        grant = replace(rule.may, read=(*rule.may.read, more))
        yield "more data", _with(policy, replace(rule, may=grant))
    yield "one more topic", _with(policy, replace(rule, topics=(*rule.topics, "something new")))
    other: Literal["phone", "mail"] = "mail" if rule.channel == "phone" else "phone"
    yield "another channel", _with(policy, replace(rule, channel=other))


def _with(policy: Policy, rule: Purpose) -> Policy:
    return replace(policy, purposes=policy.purposes | {rule.id: rule})


class _Buttons(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[tuple[str, str], str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "button" and given.get("name") and "disabled" not in given:
            self.found[given["name"], given.get("value", "")] = given.get("class", "")


def _buttons(page: str) -> dict[tuple[str, str], str]:
    """(name, value) of each button that can be pressed -> its classes, which are its looks."""
    parser = _Buttons()
    parser.feed(page)
    return parser.found
