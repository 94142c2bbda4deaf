"""Mail: a class that refuses, a footer and a head that say how it ends, a link that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, mail_admins, send_mail
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from upheld import consent, mail
from upheld.context import Actor, purpose
from upheld.datamap.active import Active, active
from upheld.errors import MailError
from upheld.mail import heading, links, stopping, troubles
from upheld.mail.byword import stop_by_word
from upheld.mail.carrying import GATE
from upheld.mail.models import MailTrouble
from upheld.policy.mailkinds import ALWAYS, CHOSEN, class_named, kind_of
from upheld.policy.types import MailRule, Purpose
from upheld.proving.answers import answers
from upheld.proving.outbox import caught
from upheld.proving.registry import Broken, Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import Person, person

CLERK = Actor("staff", "member:0", frozenset({"privacy"}))


@makes_probes
def classes(now: Active) -> Iterator[Probe]:
    """One probe for the gate, one for each class of mail."""
    if not now.policy.mail and settings.EMAIL_BACKEND != GATE:
        return  # a site that promises nothing of mail, and has not put the gate in place
    said = tuple(dict.fromkeys(id for rule in now.policy.mail.values() for id in rule.says))
    yield Probe(
        "mail.gate", "mail", "send a mail past the classes, to others, or with a forged head",
        said, _gate,
    )  # fmt: skip
    if any(kind_of(rule) in CHOSEN for rule in now.policy.mail.values()) and stopping.lists():
        yield Probe(
            "mail.by-word", "mail", "go on getting mail after asking by word to get none",
            said, _by_word,
        )  # fmt: skip
    for rule in now.policy.mail.values():
        by_choice = kind_of(rule) in CHOSEN
        lists = _lists(rule)
        if by_choice and not lists:
            continue
        yield Probe(
            f"mail.{rule.id}",
            f"mail.{rule.id}",
            f"be sent a `{rule.id}` mail without agreeing, after ending it, or with no way to"
            if by_choice
            else f"get a `{rule.id}` mail that does not say why it comes or where choices are",
            rule.says,
            partial(_by_choice, rule=rule, lists=lists) if by_choice else partial(_owed, rule=rule),
        )


def _lists(rule: MailRule) -> list[Purpose]:
    """The purposes that mails of a class are about: surveys and partners have their own."""
    kind = kind_of(rule)
    found = [
        one
        for one in stopping.lists().values()
        if one.channel == "mail" and one.may.rows == "consented"
    ]
    own = [one for one in found if kind in one.id or (kind == "survey" and "feedback" in one.id)]
    if kind != "marketing":
        return own or found
    others = ("survey", "feedback", "partner")
    return [one for one in found if not any(word in one.id for word in others)] or found


def _gate(ground: Ground) -> Finding:
    who, other = person(ground.using), person(ground.using)
    with override_settings(ADMINS=[("Admin", "admin@house.example")]):
        for sending in (
            lambda: send_mail("Made by a probe", "x", None, [_address(who)]),
            lambda: EmailMessage("Made by a probe", "x", None, [_address(who)]).send(),
            lambda: mail_admins("Made by a probe", "x"),
        ):
            _refused(sending, "a mail without a class left")
    tries: dict[str, dict[str, Any]] = {
        "a mail left with a copy to somebody else": {"cc": [_address(other)]},
        "a mail left with a hidden copy": {"bcc": [_address(other)]},
        "one mail left to two people": {"to": [_address(who), _address(other)]},
        "a mail left for somebody else's address": {"to": [_address(other)]},
        "a line break in a subject made a header": {"subject": f"x\nBcc: {_address(other)}"},
        "a line break in a name made a header": {"from_email": "x\r\nBcc: a <a@house.example>"},
        "code set its own `List-Unsubscribe`": {"headers": {"List-Unsubscribe": "<x>"}},
    }
    for otherwise, said in tries.items():
        message = _message(who, **said)
        _refused(partial(mail.send, message, klass="service", subject=who.subject), otherwise)
    must(not caught(), "a refused mail left all the same")
    return Finding("kept", f"{3 + len(tries)} mails that may not go were refused")


def _by_word(ground: Ground) -> Finding:
    rule = next(r for r in ground.active.policy.mail.values() if kind_of(r) in CHOSEN)
    every = _lists(rule)
    must(every, "there is no list to end")
    who = person(ground.using)
    for one in every:
        answers(ground, who, one, True)
    with purpose(None, actor=CLERK):
        stop_by_word(_address(who), [who.subject], channel="phone", day=date.today())
    for one in every:
        topic = one.topics[0] if one.topics else ""
        send = partial(_send, who, rule=rule, purpose=one.id, topic=topic)
        _refused(send, f"a `{one.id}` mail went out after a call that ended it")
        said = consent.history(who.subject, one.id, using=ground.using)[-1]
        kept = (said.method, said.actor) == ("staff-phone", CLERK.ref)
        must(kept and str(date.today()) in said.wording, "the ledger does not say how and when")
    return Finding("kept", f"a call ended {len(every)} lists, and the ledger says how and when")


def _by_choice(ground: Ground, rule: MailRule, lists: list[Purpose]) -> Finding:
    for one in lists:
        topic = one.topics[0] if one.topics else ""
        who, no = person(ground.using), person(ground.using)
        answers(ground, no, one, False)
        send = partial(_send, rule=rule, purpose=one.id, topic=topic)
        _refused(partial(send, no), f"a `{one.id}` mail went to somebody who said no")
        answers(ground, who, one, True)
        sent = send(who)
        _says_how_it_ends(sent, rule, who, one, topic)
        _ends_with_one_click(ground, who, one, topic)
        _refused(partial(send, who), f"a `{one.id}` mail went out after the click that ended it")
        answers(ground, who, one, True, topic=topic)
        answers(ground, who, one, True)
        consent.suppress([_address(who)], using=ground.using)
        _refused(partial(send, who), f"a `{one.id}` mail went to an address that was erased")
        back = person(ground.using)
        answers(ground, back, one, True)
        digest = troubles.digest_of(_address(back), using=ground.using)
        troubles.note(digest, MailTrouble.COMPLAINT, using=ground.using)
        _refused(partial(send, back), f"a `{one.id}` mail went to somebody who called one spam")
    return Finding("kept", f"{len(lists)} lists: to who agreed alone, ended by one click each")


def _owed(ground: Ground, rule: MailRule) -> Finding:
    who = person(ground.using)
    mail.send(_message(who), klass=rule.id, subject=who.subject)
    sent = _wire(caught()[-1])
    text = " ".join(str(sent.get_content()).split())
    must(sent["Auto-Submitted"] == "auto-generated", "it does not say that a machine sent it")
    kind = kind_of(rule)
    why = "comes even if you ended" if kind == "contract" else "about something that you did"
    must(why in text, "it does not say why it comes")
    for name in ALWAYS:  # what the site sends under classes that the policy does not name
        always = class_named(ground.active.policy, name) or ALWAYS[name]
        must(
            always.unsubscribe != "none" or rule.unsubscribe == "none",
            f"`{name}` mails carry no link",
        )
    if rule.unsubscribe == "none":
        return Finding("kept", "it says why it comes")
    link = links.choices_url(who.subject, using=ground.using)
    must(link in text and sent["List-Unsubscribe"] == f"<{link}>", "it has no link to choices")
    answer = _stranger().get(urlsplit(link).path, follow=True)
    must(answer.status_code == 200, "its link leads nowhere")
    mail.send(
        EmailMessage("Made by a probe", "x", None, ["nobody@house.example"]),
        klass=rule.id,
        subject=None,
    )
    must(_wire(caught()[-1])["List-Unsubscribe"], "to somebody not known it has no link")
    return Finding("kept", "it says why it comes, and its link leads to all choices")


def _says_how_it_ends(sent: Parsed, rule: MailRule, who: Person, one: Purpose, topic: str) -> None:
    link = links.unsubscribe_url(who.subject, one.id, topic)
    body = sent.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    must(link in text, f"a `{one.id}` mail has no link that ends it")
    must(sent["List-Unsubscribe"] == f"<{link}>", "its head has no link of its own list")
    post = sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    must(post or rule.unsubscribe != "one_click", "mail programmes cannot end it with one click")
    must(sent["List-Id"] and sent["Precedence"] == "bulk", "it does not say that it is a list's")
    host = str(sent["From"]).rpartition("@")[2].strip("> ")
    must(
        host in {heading.host(), *active().policy.controller.hosts},
        f"it is sent by `{host}`, not by the site",
    )


def _ends_with_one_click(ground: Ground, who: Person, one: Purpose, topic: str) -> None:
    try:
        reverse("upheld:unsubscribe", args=["x"])
    except NoReverseMatch:
        raise Broken("the site does not show the page that ends mail") from None
    path = urlsplit(links.unsubscribe_url(who.subject, one.id, topic, using=ground.using)).path
    stranger = _stranger()
    must(stranger.get(path).status_code == 200, "its link needs a sign-in")
    must(_gets(ground, who, one, topic), "a scanner that fetches the link ends the mail")
    forged = path[:-3] + ("AA/" if path[-3:-1] != "AA" else "BB/")
    must(stranger.post(forged).status_code == 404, "a forged link was taken")
    must(_gets(ground, who, one, topic), "a forged link ended the mail")
    answer = stranger.post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    must(answer.status_code == 200 and not stranger.cookies, "the click needs a cookie")
    must(not _gets(ground, who, one, topic), "one click did not end it")


def _gets(ground: Ground, who: Person, one: Purpose, topic: str) -> bool:
    return consent.allowed(who.subject, one.id, topic, using=ground.using)


def _stranger() -> Client:
    """A mail programme: no session, no cookie, and forms are checked."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def _send(who: Person, *, rule: MailRule, purpose: str, topic: str) -> Parsed:
    mail.send(_message(who), klass=rule.id, subject=who.subject, purpose=purpose, topic=topic)
    return _wire(caught()[-1])


def _refused(sending: Any, otherwise: str) -> None:
    try:
        sending()
    except MailError:
        return
    raise Broken(otherwise)


def _message(who: Person, **said: Any) -> EmailMessage:
    given: dict[str, Any] = {"subject": "Made by a probe", "body": "x", "to": [_address(who)]}
    return EmailMessage(**(given | said))


def _wire(message: Any) -> Parsed:
    found = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert isinstance(found, Parsed), "the default policy makes no other"
    return found


def _address(who: Person) -> str:
    user: Any = who.user
    return str(getattr(user, user.get_email_field_name()))
