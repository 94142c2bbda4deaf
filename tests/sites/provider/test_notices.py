"""Notifications: sent until they are taken, held, sent backwards, repeated and forged."""

from __future__ import annotations

import pytest

from sites.payments.seam import ForgedNotice, PaymentProvider
from tests.sites.payments.conftest import seam
from tests.sites.payments.test_seam import bill
from tests.sites.provider_process import DECLINED, Inbox, ProviderProcess

__all__ = ["seam"]


def test_a_notification_is_sent_until_it_is_taken(
    seam: PaymentProvider, provider: ProviderProcess
) -> None:
    with Inbox(answers=(500, 503)) as inbox:
        provider.control("shop", url=inbox.url)
        provider.type_card(seam.start(bill()).url)
        letters = inbox.wait(3)
        events = {seam.read_notice(letter.body, letter.headers).event for letter in letters}
        assert len(events) == 1


def test_held_notifications_come_late_and_backwards(
    seam: PaymentProvider, provider: ProviderProcess, inbox: Inbox
) -> None:
    provider.control("hold", on=True)
    asked = bill()
    page = seam.start(asked).url
    provider.type_card(page, DECLINED)
    provider.type_card(page)
    assert [e["state"] for e in provider.control("events", order=asked.order)] == ["held", "held"]
    sent = provider.control("release", order=asked.order, backwards=True)
    assert [s["status"] for s in sent] == [204, 204]
    kinds = [letter.kind for letter in inbox.wait(2)]
    assert (
        kinds
        == {
            "stripe": ["checkout.session.completed", "payment_intent.payment_failed"],
            "connect": ["payment.captured", "payment.rejected"],
        }[seam.name]
    )


def test_a_repetition_is_the_same_event(
    seam: PaymentProvider, provider: ProviderProcess, inbox: Inbox
) -> None:
    asked = bill()
    provider.type_card(seam.start(asked).url)
    inbox.wait(1)
    provider.control("repeat", order=asked.order, times=2)
    letters = inbox.wait(3)
    assert len({seam.read_notice(x.body, x.headers).event for x in letters}) == 1


def test_a_forgery_does_not_verify(
    seam: PaymentProvider, provider: ProviderProcess, inbox: Inbox
) -> None:
    asked = bill()
    provider.type_card(seam.start(asked).url)
    inbox.wait(1)
    provider.control("forge", order=asked.order)
    forged = inbox.wait(2)[1]
    with pytest.raises(ForgedNotice):
        seam.read_notice(forged.body, forged.headers)


def test_a_signature_of_an_hour_ago_does_not_verify(
    provider: ProviderProcess, inbox: Inbox, seam: PaymentProvider
) -> None:
    asked = bill()
    provider.type_card(seam.start(asked).url)
    inbox.wait(1)
    provider.control("forge", order=asked.order, stale=True)
    stale = inbox.wait(2)[1]
    if seam.name == "stripe":
        with pytest.raises(ForgedNotice):
            seam.read_notice(stale.body, stale.headers)
    else:  # this wire signs no time; the event's id is what tells a repetition
        first = inbox.letters[0]
        assert seam.read_notice(stale.body, stale.headers) == seam.read_notice(
            first.body, first.headers
        )
