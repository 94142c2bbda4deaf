"""Probes of mail find their promise kept, and broken when the protection is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from tests.proving.conftest import found
from upheld.datamap.active import active
from upheld.datamap.active import override as governed_by
from upheld.mail import deciding, footing, heading, sending, stopping, troubles
from upheld.pages import unsubscribe
from upheld.policy.types import MailRule
from upheld.proving.probes import mail as mail_probes
from upheld.proving.registry import all_probes

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
KEPT = {"mail.by-word", "mail.gate", "mail.marketing", "mail.service", "mail.contract"}


@pytest.fixture(autouse=True)
def _governed() -> Iterator[None]:
    policy = active().policy
    richer = replace(
        policy,
        mail=policy.mail
        | {
            "service": MailRule("service", "link", per_list=True),
            "contract": MailRule("contract", "link", per_list=True),
        },
    )
    hosts = replace(policy.controller, hosts=("aldgrove.example",))
    with (
        override_settings(
            ROOT_URLCONF="tests.proving.urls",
            DEFAULT_FROM_EMAIL="Aldgrove <hello@aldgrove.example>",
        ),
        governed_by(policy=replace(richer, controller=hosts)),
    ):
        yield


def test_every_class_has_its_probe() -> None:
    assert {probe.id for probe in all_probes(active()) if probe.id.startswith("mail.")} == KEPT


@pytest.mark.parametrize("id", sorted(KEPT))
def test_kept(id: str) -> None:
    finding = found(id)
    assert finding.result == "kept", finding.detail


def any_class(patch: Patch) -> None:
    patch.setattr(django_settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")


def no_decision(patch: Patch) -> None:
    patch.setattr(deciding, "decide", lambda *given: None)


def deaf_to(why: str) -> Callable[[Patch], None]:
    real = troubles.stopped

    def patched(patch: Patch) -> None:
        def some(*given: Any, **named: Any) -> Any:
            return {a: s for a, s in real(*given, **named).items() if s.why != why}

        patch.setattr(troubles, "stopped", some)

    return patched


def no_link(patch: Patch) -> None:
    for module in (heading, footing):
        patch.setattr(module, "link_of", lambda *given: "")


def no_words(patch: Patch) -> None:
    patch.setattr(footing, "footers", lambda *given: ("", ""))


def get_does_it(patch: Patch) -> None:
    real = stopping.list_of

    def stops(link: Any) -> Any:
        stopping.stop(link, "link")
        return real(link)

    patch.setattr(stopping, "list_of", stops)


def other_sender(patch: Patch) -> None:
    patch.setattr(django_settings, "DEFAULT_FROM_EMAIL", "Mass mailer <x@mailers.example>")


BROKEN: list[tuple[str, str, Callable[[Patch], None]]] = [
    ("mail.gate", "a mail without a class left", any_class),
    (
        "mail.gate",
        "a mail left for somebody else's address",
        no_decision,
    ),
    (
        "mail.gate",
        "a line break in a subject made a header",
        lambda patch: patch.setattr(heading, "check", lambda *given: None),
    ),
    (
        "mail.marketing",
        "a `weekly_bundle_mail` mail went to somebody who said no",
        lambda patch: patch.setattr(sending, "facts_of", _everybody_agrees),
    ),
    ("mail.marketing", "a `weekly_bundle_mail` mail has no link that ends it", no_link),
    ("mail.marketing", "a scanner that fetches the link ends the mail", get_does_it),
    (
        "mail.marketing",
        "one click did not end it",
        lambda patch: patch.setattr(stopping, "stop", lambda *given: None),
    ),
    ("mail.marketing", "it is sent by `mailers.example`, not by the site", other_sender),
    (
        "mail.marketing",
        "a `weekly_bundle_mail` mail went to an address that was erased",
        deaf_to("erasure"),
    ),
    (
        "mail.marketing",
        "a `weekly_bundle_mail` mail went to somebody who called one spam",
        deaf_to("complaint"),
    ),
    (
        "mail.by-word",
        "a `weekly_bundle_mail` mail went out after a call that ended it",
        lambda patch: patch.setattr(mail_probes, "stop_by_word", lambda *given, **named: 0),
    ),
    ("mail.contract", "it does not say why it comes", no_words),
    ("mail.service", "it has no link to choices", no_link),
]


def _everybody_agrees(subjects: Any, rule: Any, **named: Any) -> Any:
    from upheld.mail.facts import Facts
    from upheld.mail.recipients import addresses_of

    return {who: Facts(address) for who, address in addresses_of(subjects).items()}


@pytest.mark.parametrize(("id", "detail", "break_it"), BROKEN, ids=[each[1] for each in BROKEN])
def test_broken(
    id: str, detail: str, break_it: Callable[[Patch], None], monkeypatch: Patch
) -> None:
    break_it(monkeypatch)
    finding = found(id)
    assert finding.result == "broken"
    assert finding.detail == detail


def test_a_page_that_is_not_there_is_told(monkeypatch: Patch) -> None:
    assert unsubscribe  # the page that the probe asks for
    with override_settings(ROOT_URLCONF="tests.project.urls"):
        assert found("mail.marketing").result == "broken"
