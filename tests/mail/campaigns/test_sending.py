from __future__ import annotations

import smtplib
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from tests.mail.campaigns.stage import (
    ARLO,
    ENGINE,
    LATER,
    NEVER,
    NEWS,
    Post,
    answers,
    draft,
    found,
    likes,
    person,
    policy_with,
    send,
    started,
)
from tests.project.clinic.models import Invoice
from upheld.context import purpose
from upheld.datamap.active import Active, active, override
from upheld.datamap.paths import subjects_of
from upheld.guard.restricting import restrict
from upheld.mail.campaigns import sending, states, walking
from upheld.mail.campaigns.counts import reach
from upheld.mail.campaigns.models import Campaign, CampaignMail
from upheld.mail.campaigns.refusals import Busy, CampaignRefused


@pytest.fixture(autouse=True)
def _slices_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several slices and several commits in every test."""
    monkeypatch.setattr(walking, "SLICE", 3)
    monkeypatch.setattr(sending, "FEW", 2)


def test_it_goes_to_everybody_who_agreed_and_nobody_else(post: Post) -> None:
    ann, cid = person("Ann"), person("Cid")
    person("Bob", agrees=())
    for number in range(6):
        person(f"p{number}")
    campaign = started()
    assert send(campaign) == {"unsure": 0, "sent": 8}
    assert post.to == sorted(
        ["ann@post.example", "cid@post.example"] + [f"p{n}@post.example" for n in range(6)]
    )
    assert found(campaign)[ann] == found(campaign)[cid] == "sent"
    assert (campaign.state, campaign.walked, campaign.worker) == (Campaign.DONE, True, "")
    (_, message), *_ = post.taken
    assert "Hello Ann," in message.get_payload(0).get_payload(decode=True).decode()
    assert message["Message-ID"].startswith(f"<{campaign.key}.")


def test_nothing_is_sent_twice_by_a_second_run(post: Post) -> None:
    person("Ann")
    campaign = started()
    send(campaign)
    with pytest.raises(CampaignRefused, match="is done, it is not being sent"):
        send(campaign)
    assert post.to == ["ann@post.example"]


def test_a_refused_topic_stops_it_for_that_topic_alone(post: Post) -> None:
    ann, bob = person("Ann"), person("Bob")
    answers(ann, NEWS, False, topic="bundles")
    answers(bob, NEWS, False, topic="fairs")
    campaign = started()
    send(campaign)
    assert post.to == ["bob@post.example"]


def test_a_withdrawal_during_the_send_stops_queued_and_in_flight(post: Post) -> None:
    people = {f"p{number}@post.example": person(f"p{number}") for number in range(7)}

    def withdraw(recipient: str) -> None:
        if recipient == "p0@post.example":  # p1 is in the same commit, p2 in the same slice
            for later in ("p1", "p2", "p6"):
                answers(people[f"{later}@post.example"], NEWS, False)

    post.before = withdraw
    campaign = started()
    send(campaign)
    assert post.to == [f"p{n}@post.example" for n in (0, 3, 4, 5)]
    states_now = found(campaign)
    assert states_now[people["p1@post.example"]] == "skipped not-any-more"
    assert people["p6@post.example"] not in states_now  # never even seen


def test_an_objection_counts_at_that_moment(post: Post) -> None:
    person("Ann")
    bob = person("Bob")
    post.before = lambda to: restrict(bob, purpose=NEWS, ground="objects") and None
    campaign = started()
    send(campaign)
    assert post.to == ["ann@post.example"]


def test_a_pause_during_the_send_holds_before_the_next_mail(post: Post) -> None:
    for number in range(4):
        person(f"p{number}")
    campaign = started()

    def pause(recipient: str) -> None:
        with purpose(None, actor=ARLO):
            states.pause(Campaign.objects.get(pk=campaign.pk))

    post.before = pause
    send(campaign)
    assert (post.to, campaign.state) == (["p0@post.example"], Campaign.PAUSED)
    post.before = lambda to: None
    with purpose(None, actor=ARLO):
        states.resume(campaign)
    send(campaign)
    assert post.to == [f"p{n}@post.example" for n in range(4)]
    assert campaign.state == Campaign.DONE


def test_what_the_server_puts_off_goes_with_a_later_run(post: Post) -> None:
    ann = person("Ann")
    person("Bob")
    post.answers("ann@post.example", LATER)
    campaign = started()
    send(campaign)
    assert (post.to, campaign.state) == (["bob@post.example"], Campaign.SENDING)
    assert campaign.because == "the mail server put 1 off; the next run goes on"
    post.before = lambda to: None
    send(campaign)
    assert post.to == ["ann@post.example", "bob@post.example"]
    assert (found(campaign)[ann], campaign.state) == ("sent", Campaign.DONE)


def test_what_the_server_puts_off_for_ever_is_given_up(post: Post) -> None:
    ann = person("Ann")
    post.answers("ann@post.example", LATER)
    campaign = started()
    for _ in range(sending.TRIES):
        send(campaign)
    assert (found(campaign)[ann], campaign.state) == ("refused later-451", Campaign.DONE)


def test_what_the_server_refuses_is_refused_and_the_rest_goes(post: Post) -> None:
    ann = person("Ann")
    person("Bob")
    post.answers("ann@post.example", NEVER)
    campaign = started()
    send(campaign)
    assert (post.to, found(campaign)[ann]) == (["bob@post.example"], "refused server-554")


def test_a_server_that_hangs_leaves_one_unsure_and_loses_nobody(post: Post) -> None:
    people = [person(f"p{number}") for number in range(5)]
    post.answers("p1@post.example", TimeoutError("timed out"))
    campaign = started()
    send(campaign)
    assert campaign.state == Campaign.SENDING
    assert (
        campaign.because == "the mail server stopped answering (TimeoutError); the next run goes on"
    )
    post.before = lambda to: None
    send(campaign)
    assert post.to == [f"p{n}@post.example" for n in (0, 2, 3, 4)]
    assert found(campaign)[people[1]] == "unsure TimeoutError"
    assert campaign.state == Campaign.DONE


def test_our_own_address_refused_stops_the_run_and_nothing_is_unsure(post: Post) -> None:
    person("Ann")
    post.answers(
        "ann@post.example", smtplib.SMTPSenderRefused(550, b"no", "hello@aldgrove.example")
    )
    campaign = started()
    assert send(campaign) == {"unsure": 0}
    assert campaign.because == "the mail server answered 550 to our own address"
    assert CampaignMail.objects.get().state == CampaignMail.QUEUED


def test_one_address_in_several_spellings_gets_one_mail(post: Post) -> None:
    person("a1", email="ann.lee@post.example")
    person("a2", email="ANN.LEE@Post.example")
    person("a3", email="annlee@post.example.")
    person("a4", email="ａnn.lee@post.example")
    person("b1", email="ko@bücher.example")
    person("b2", email="ko@xn--bcher-kva.example")
    campaign = started()
    send(campaign)
    assert post.to == ["ann.lee@post.example", "ko@xn--bcher-kva.example"]
    assert sorted(found(campaign).values()) == ["sent"] * 2 + ["skipped same-address"] * 4


def test_a_name_with_a_line_break_stays_a_name(post: Post) -> None:
    person("x1", last_name="Lee\r\nBcc: all@post.example")
    campaign = started(subject_line="For {name}")
    send(campaign)
    ((_, message),) = post.taken
    assert message["Bcc"] is None
    assert message["Subject"] == "For friend"  # a name with an address in it is none


def test_a_segment_narrows_it(post: Post) -> None:
    likes(person("Ann"), "sage")
    likes(person("Bob"), "plum")
    person("Cid")
    sage = {"name": "Sage", "all": [{"data": "taste.colour", "is": ["sage"]}]}
    send(started(segment=sage))
    assert post.to == ["ann@post.example"]
    post.taken.clear()
    send(started(segment={"name": "-", "all": [{"data": "taste.colour", "is_not": ["sage"]}]}))
    assert post.to == ["bob@post.example", "cid@post.example"]


def test_an_empty_segment_ends_at_once(post: Post) -> None:
    person("Ann")
    campaign = started(segment={"name": "-", "all": [{"data": "taste.colour", "is": ["none"]}]})
    assert send(campaign) == {"unsure": 0}
    assert (post.to, campaign.state) == ([], Campaign.DONE)


def test_a_topic_taken_out_meanwhile_pauses_it(post: Post, rules: Active) -> None:
    for number in range(4):
        person(f"p{number}")
    campaign = started()
    less = policy_with()
    less.purposes[NEWS] = replace(less.purposes[NEWS], topics=("fairs",))
    with override(policy=less):
        send(campaign)
    assert (post.to, campaign.state) == ([], Campaign.PAUSED)
    assert campaign.because == f"`{NEWS}` has no topic `bundles`"


def test_two_workers_never_work_at_once(post: Post) -> None:
    for number in range(4):
        person(f"p{number}")
    campaign = started()
    met: list[str] = []

    def another(recipient: str) -> None:
        try:
            send(Campaign.objects.get(pk=campaign.pk))
        except Busy as busy:
            met.append(busy.message)

    post.before = another
    send(campaign)
    assert post.to == [f"p{n}@post.example" for n in range(4)]
    assert met == [f"campaign `{campaign.key}` is being sent by another worker"] * 4


def test_a_new_version_goes_to_whom_the_old_one_did_not(post: Post) -> None:
    for number in range(4):
        person(f"p{number}")
    campaign = started()

    def cancel(recipient: str) -> None:
        with purpose(None, actor=ARLO):
            states.cancel(Campaign.objects.get(pk=campaign.pk))

    post.before = cancel
    send(campaign)
    assert post.to == ["p0@post.example"]
    post.before = lambda to: None
    with purpose(None, actor=ARLO):
        second = states.new_version(campaign)
        states.start(second)
    send(second)
    assert post.to == [f"p{n}@post.example" for n in range(4)]
    assert second.version == 2


def test_an_erased_person_is_not_mailed(post: Post) -> None:
    from upheld.mail.campaigns.forgetting import forget

    person("p0")
    gone = person("p1")

    def erase(recipient: str) -> None:
        forget([gone])
        with purpose("rights", actor=ENGINE):
            User.objects.filter(username="p1").delete()

    post.before = erase
    campaign = started()
    send(campaign)
    assert post.to == ["p0@post.example"]


def test_a_draft_is_not_sent(post: Post) -> None:
    with pytest.raises(CampaignRefused, match="is draft, it is not being sent"):
        send(draft())


def test_a_guest_who_agreed_gets_one_mail_whatever_they_ordered(post: Post) -> None:
    ann = person("Ann")
    with purpose("rights", actor=ENGINE):
        for number in range(3):
            Invoice.objects.create(number=f"g{number}", guest_email="guest@post.example")
            Invoice.objects.create(number=f"m{number}", user_id=int(ann.split(":")[1]))
        Invoice.objects.create(number="n", guest_email="silent@post.example")
        model = active().datamap.model("clinic.Invoice")
        assert model is not None
        keys = list(Invoice.objects.filter(number="g0").values_list("pk", flat=True))
        guest = subjects_of(model, keys)[keys[0]]
    assert guest is not None and guest.startswith("guest:")
    answers(guest, NEWS, True)
    campaign = started()
    assert reach(campaign) == "fewer than 5"
    send(campaign)
    assert post.to == ["ann@post.example", "guest@post.example"]
    assert found(campaign) == {ann: "sent", guest: "sent"}
