"""Campaigns: one is sent for real, to people made up for it, and nobody else gets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.conf import settings

from upheld.context import Actor, purpose
from upheld.datamap.active import Active
from upheld.errors import DisclosureRefused, MailError
from upheld.guard.restricting import restrict
from upheld.mail.campaigns import rules, states
from upheld.mail.campaigns.audience import Audience, working
from upheld.mail.campaigns.counts import for_partner
from upheld.mail.campaigns.letters import letter
from upheld.mail.campaigns.links import links_of
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.ownership import leave, take
from upheld.mail.campaigns.sending import send
from upheld.mail.campaigns.walking import waiting
from upheld.policy.mailkinds import kind_of
from upheld.policy.types import Purpose
from upheld.proving.answers import answers
from upheld.proving.outbox import caught
from upheld.proving.registry import Broken, Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import Person, person

PROVER = Actor("system", "system:prove")
_LINKS = ("/{name}/", "/?email={name}", "/?uid=7", "/?member=7")


@makes_probes
def campaigns(active: Active) -> Iterator[Probe]:
    """One probe for each purpose that people are mailed for, and one for links."""
    mailed = rules.purposes(active.policy)
    for rule in mailed.values():
        if _class_for(rule, active) is not None:
            yield Probe(
                f"campaigns.{rule.id}",
                f"purposes.{rule.id}",
                f"be mailed for `{rule.id}` after a no, a withdrawal or an objection, or twice",
                rule.says,
                partial(_sent, rule=rule),
            )
    marketing = list(rules.classes(active.policy).values())
    if mailed and marketing:
        yield Probe(
            "campaigns.links",
            "mail",
            "send a mail whose links tell who clicked",
            tuple(dict.fromkeys(id for rule in marketing for id in rule.says)),
            _links,
        )
    others = rules.advertisers(active.policy)
    if mailed and others:
        yield Probe(
            "campaigns.advertisers",
            "recipients",
            "advertise for somebody whom the policy does not name, or tell a partner who got it",
            tuple(dict.fromkeys(id for found in others.values() for id in found.says)),
            _advertisers,
        )
    if mailed and marketing:
        yield Probe(
            "campaigns.sender",
            "mail",
            "send a mailing in somebody else's name",
            tuple(dict.fromkeys(id for rule in marketing for id in rule.says)),
            _sender,
        )


def _sent(ground: Ground, rule: Purpose) -> Finding:
    yes, no, silent, leaves, objects = (person(ground.using) for _ in range(5))
    for who, granted in ((yes, True), (no, False), (leaves, True), (objects, True)):
        answers(ground, who, rule, granted)
    campaign = _started(ground, rule, yes)
    worker = take(campaign, patience=0)
    with working(campaign):  # everybody who agrees now is noted, and waits
        waiting(campaign, Audience(campaign, ground.active, ground.using), worker, 0, ground.using)
    leave(campaign, worker)
    answers(ground, leaves, rule, False)
    restrict(objects.subject, purpose=rule.id, ground="objection", using=ground.using)
    send(campaign, patience=0, using=ground.using)
    got = [message.to[0].lower() for message in caught()]
    for who, what in (
        (no, "said no"),
        (silent, "never said yes"),
        (leaves, "said no while it was being sent"),
        (objects, "objected while it was being sent"),
    ):
        must(_address(who) not in got, f"a `{rule.id}` mail went to somebody who {what}")
    must(got.count(_address(yes)) == 1, f"who agreed got {got.count(_address(yes))} mails")
    with suppress(MailError):
        send(campaign, patience=0, using=ground.using)
    must(len(caught()) == len(got), f"`{rule.id}` was sent again by a second run")
    return Finding("kept", f"{len(got)} mail sent to who agreed; four others got none")


def _links(ground: Ground) -> Finding:
    mailed = rules.purposes(ground.active.policy)
    rule = next(rule for rule in mailed.values() if _class_for(rule, ground.active) is not None)
    site = ground.active.policy.controller.hosts[:1] or ("mail.example",)
    for path in _LINKS:
        try:
            _drafted(ground, rule, f"[here](https://{site[0]}{path})")
        except MailError:
            continue
        raise Broken(f"a campaign may link to `{path}`")
    people = [person(ground.using) for _ in range(2)]
    for who in people:
        answers(ground, who, rule, True)
    campaign = _started(ground, rule, people[0])
    send(campaign, patience=0, using=ground.using)
    bodies = [links_of(_html(message)) for message in caught()[:2]]
    shown = [tuple(link for link in links if "/privacy/" not in link) for links in bodies]
    must(len(shown) == 2 and shown[0] == shown[1], "two people got different links")
    return Finding("kept", f"{len(_LINKS)} links that tell people apart were refused")


def _advertisers(ground: Ground) -> Finding:
    policy = ground.active.policy
    mailed = rules.purposes(policy)
    rule = next(rule for rule in mailed.values() if _class_for(rule, ground.active) is not None)
    try:
        _drafted(ground, rule, "See [the shop](/).", advertiser="nobody-we-know")
    except MailError:
        pass
    else:
        raise Broken("a campaign may be for somebody whom the policy does not name")
    for id, found in rules.advertisers(policy).items():
        wanted = "marketing" if found.same_notice else "partner"
        kinds = {name: kind_of(one) for name, one in rules.classes(policy).items()}
        klass = next((name for name, kind in kinds.items() if kind == wanted), None)
        must(klass is not None, f"there is no class of mail for what `{id}` offers")
        offered = next(one for one in mailed.values() if one.id in found.purposes)
        campaign = _drafted(ground, offered, "An offer.", klass=klass, advertiser=id)
        shown = letter(campaign, policy)
        name = found.name or id.replace("_", " ")
        must(
            all(f"an offer of {name}" in text for text in (shown.text, shown.html)),
            f"a mail for `{id}` does not say whose offer it is",
        )
        if found.minimum_group:
            _told_too_much(campaign, found.minimum_group, ground)
    return Finding("kept", f"{len(rules.advertisers(policy))} advertisers, each named in the mail")


def _told_too_much(campaign: Campaign, floor: int, ground: Ground) -> None:
    rows = Campaign.objects.using(ground.using).filter(pk=campaign.pk)
    rows.update(state=Campaign.DONE, counts={"sent": floor - 1})
    campaign.refresh_from_db(using=ground.using)
    try:
        for_partner(campaign)
    except DisclosureRefused:
        pass
    else:
        raise Broken(f"`{campaign.advertiser}` is told of fewer than {floor} people")
    rows.update(counts={"sent": floor})
    campaign.refresh_from_db(using=ground.using)
    told = for_partner(campaign)
    must(set(told) == {"campaign", "mails"}, f"`{campaign.advertiser}` is told more than a total")


def _sender(ground: Ground) -> Finding:
    mailed = rules.purposes(ground.active.policy)
    rule = next(rule for rule in mailed.values() if _class_for(rule, ground.active) is not None)
    who = person(ground.using)
    answers(ground, who, rule, True)
    campaign = _started(ground, rule, who)
    send(campaign, patience=0, using=ground.using)
    ours = parseaddr(str(settings.DEFAULT_FROM_EMAIL))[1]
    for message in caught():
        parsed = message_from_bytes(message.message().as_bytes())
        senders = {parseaddr(str(parsed[name]))[1] for name in ("From", "Sender") if parsed[name]}
        must(senders == {ours}, f"a mailing says that it is from {sorted(senders)}")
    must("from_email" not in states.EDITABLE, "a campaign may name its sender")
    return Finding("kept", f"mailings are from `{ours}`; a campaign cannot name another")


def _drafted(
    ground: Ground, rule: Purpose, body: str, *, klass: str | None = None, advertiser: str = ""
) -> Campaign:
    klass = klass or _class_for(rule, ground.active)
    with purpose(None, actor=PROVER, subject=None, place="probe"):
        return states.make(
            using=ground.using,
            title="Made by a probe",
            klass=klass,
            purpose=rule.id,
            topic=rule.topics[0] if rule.topics else "",
            advertiser=advertiser or _partner(klass, rule, ground),
            subject_line="Made by a probe",
            body=body,
            segment={"name": "Everybody", "all": []},
        )


def _started(ground: Ground, rule: Purpose, first: Person) -> Campaign:
    """A campaign under way whose walk begins at `first`: nobody real is part of it."""
    campaign = _drafted(ground, rule, "See [the shop](/).")
    # As if colleagues had agreed; that they must is tested elsewhere.
    Campaign.objects.using(ground.using).filter(pk=campaign.pk).update(
        after=str(int(first.user.pk) - 1), approved_by=["system:prove"] * 9
    )
    campaign.refresh_from_db(using=ground.using)
    with purpose(None, actor=PROVER, subject=None, place="probe"):
        states.start(campaign)
    return campaign


def _class_for(rule: Purpose, active: Active) -> str | None:
    """The class of mail that campaigns for this purpose are of; surveys have a probe of their
    own, and a partner's needs a partner."""
    kinds = {id: kind_of(one) for id, one in rules.classes(active.policy).items()}
    if "survey" in rule.id or "feedback" in rule.id:
        return None
    partner = "partner" in rule.id and any(
        rule.id in found.purposes and not found.same_notice
        for found in rules.advertisers(active.policy).values()
    )
    wanted = "partner" if partner and "partner" in kinds.values() else "marketing"
    return next((id for id, kind in kinds.items() if kind == wanted), None)


def _partner(klass: str | None, rule: Purpose, ground: Ground) -> str:
    policy = ground.active.policy
    if klass is None or kind_of(policy.mail[klass]) != "partner":
        return ""
    found = rules.advertisers(policy)
    return next(id for id, one in found.items() if rule.id in one.purposes and not one.same_notice)


def _address(who: Person) -> str:
    user: Any = who.user
    return str(getattr(user, user.get_email_field_name())).lower()


def _html(message: Any) -> str:
    """The HTML part of a mail as it was handed over."""
    for part in message_from_bytes(message.message().as_bytes()).walk():
        if part.get_content_type() == "text/html":
            return bytes(part.get_payload(decode=True) or b"").decode()
    return ""
