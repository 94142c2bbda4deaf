"""What a campaign may be: its purpose, topic, class, advertiser, text, links and segment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mail.campaigns.stage import (
    ARLO,
    BEA,
    NEWS,
    OTIS,
    Post,
    draft,
    found,
    person,
    send,
    started,
)
from upheld.context import purpose
from upheld.datamap.active import Active
from upheld.errors import DisclosureRefused
from upheld.mail.campaigns import fields, states
from upheld.mail.campaigns.counts import for_partner, reach, status
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import CampaignRefused

PARTNER = {"klass": "partner", "purpose": "partner_mail", "topic": "", "advertiser": "brewery"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"purpose": "order_fulfilment"},
            "nobody is mailed for the purpose `order_fulfilment`"
            " (known here: `partner_mail`, `survey_mail`, `weekly_bundle_mail`)",
        ),
        (
            {"topic": "weather"},
            f"`{NEWS}` has no topic `weather` (people agreed to `bundles`, `fairs`)",
        ),
        (
            {"klass": "service"},
            "`service` is no class of mail for campaigns"
            " (the policy's own: `marketing`, `partner`, `survey`)",
        ),
        (
            {"klass": "survey"},
            "class `survey` and what is sent do not fit"
            " (invitations to a survey are of a survey class, and nothing else is)",
        ),
        (
            {"advertiser": "stranger"},
            "`stranger` is nobody whom the policy lets us advertise for"
            " (known here: `brewery`, `sister`)",
        ),
        (
            {"advertiser": "brewery"},
            f"people who agreed to `{NEWS}` did not agree to offers of `brewery`"
            " (choose another purpose or another advertiser)",
        ),
        (
            PARTNER | {"klass": "marketing"},
            "class `marketing` and the advertiser do not fit"
            " (what is for a partner is of a partner class, and nothing else is)",
        ),
        (
            {"subject_line": "Two\r\nBcc: x@post.example"},
            "the subject line must be one line of text"
            " (take line breaks and control characters out)",
        ),
        ({"body": "  \n"}, "the mail says nothing (write a text)"),
        (
            {"body": "Hello {phone}"},
            "there is no field `{phone}` (use `{site}`, `{site_url}`, `{name}`)",
        ),
        (
            PARTNER | {"body": "Hello {name}"},
            "`{name}` needs `name.legal`, which `partner_mail` may not read"
            " (take the field out, or let the notice and the policy say so first)",
        ),
        (
            {"body": "[x](https://shop.example/{name}/)"},
            "the link `https://shop.example/%7Bname%7D/` has a field in it"
            " (a link must be the same for everybody)",
        ),
        (
            {"body": "[x](https://shop.example/?uid=7)"},
            "the link `https://shop.example/?uid=7` has the parameter `uid`,"
            " which stands for a person (take it out)",
        ),
        (
            {"body": "[x](https://ann@shop.example/)"},
            "the link `https://ann@shop.example/` has a name or an address in it"
            " (take it out of the link)",
        ),
        (
            {"body": "Look ![x](https://shop.example/x.png)"},
            "the link `https://shop.example/x.png` is a picture: loading it would tell its host"
            " who reads the mail, and when (leave pictures out)",
        ),
        (
            {"segment": {"name": "-", "all": [{"data": "belief", "is": ["x"]}]}},
            "`belief` is sensitive: nobody is chosen by it (choose by something else)",
        ),
        (
            {"segment": {"name": "-", "all": [{"data": "order.content", "is": ["x"]}]}},
            f"`{NEWS}` may not choose people by `order.content`"
            " (let the notice and the policy say so first)",
        ),
        (
            {"segment": {"name": "-", "all": [{"data": "taste.color", "is": ["x"]}]}},
            "there is no data `taste.color` (did you mean `taste.colour`?)",
        ),
        (
            {"segment": {"name": "-", "all": [{"data": "taste.colour", "like": ["x"]}]}},
            "a condition has `data` and `is` or `is_not`"
            ' (write `{"data": "taste.category", "is": ["baking"]}`)',
        ),
    ],
)
def test_what_is_refused(rules: Active, given: dict[str, Any], said: str) -> None:
    with pytest.raises(CampaignRefused) as refused:
        draft(**given)
    assert str(refused.value) == said
    assert not Campaign.objects.exists()


def test_scripts_and_frames_are_taken_out(rules: Active) -> None:
    from upheld.mail.campaigns.body import written

    campaign = draft(form="html", body="<h1>Hi</h1><script>x</script><p onclick=x>So</p><iframe>")
    assert written(campaign.body, campaign.form).html == "<h1>Hi</h1><p>So</p>"


def test_only_holders_of_the_post_work_on_it(rules: Active) -> None:
    campaign = draft()
    with purpose(None, actor=OTIS), pytest.raises(CampaignRefused) as refused:
        states.start(campaign)
    assert str(refused.value) == (
        f"`{NEWS}` is not your post's work (ask somebody who holds `marketing`)"
    )


def test_what_is_under_way_is_not_edited(rules: Active) -> None:
    campaign = started()
    with purpose(None, actor=ARLO), pytest.raises(CampaignRefused) as refused:
        states.edit(campaign, body="Something else")
    assert str(refused.value) == (
        f"campaign `{campaign.key}` is sending, its text does not change any more"
        " (make a new version of it)"
    )


def test_a_double_click_starts_it_once(rules: Active) -> None:
    campaign = started()
    at = Campaign.objects.get().started_at
    with purpose(None, actor=ARLO):
        states.start(campaign)
    assert Campaign.objects.get().started_at == at


def test_a_class_that_asks_for_four_eyes_gets_them(post: Post) -> None:
    person("Ann", agrees=("partner_mail",))
    campaign = draft(**PARTNER, body="An offer.")
    with purpose(None, actor=ARLO):
        with pytest.raises(CampaignRefused, match="1 more must agree before it is sent"):
            states.start(campaign)
        with pytest.raises(CampaignRefused, match="who wrote a campaign, or agreed already"):
            states.approve(campaign)
    with purpose(None, actor=BEA):
        states.approve(campaign)
    with purpose(None, actor=ARLO):
        states.edit(campaign, body="Another offer.")
        with pytest.raises(CampaignRefused, match="1 more must agree before it is sent"):
            states.start(campaign)
    with purpose(None, actor=BEA):
        states.approve(campaign)
        states.start(campaign)
    send(campaign)
    ((_, message),) = post.taken
    text = message.get_payload(0).get_payload(decode=True).decode()
    assert text.startswith("Advertisement: an offer of Old Well, sent by Aldgrove Practice.")


def test_a_partner_is_told_a_total_above_the_floor_and_nothing_else(post: Post) -> None:
    for number in range(3):
        person(f"p{number}", agrees=("partner_mail",))
    for people, told in ((3, {"campaign": "Two for one", "mails": 3}), (2, None)):
        campaign = draft(**PARTNER, body="An offer.")
        Campaign.objects.filter(pk=campaign.pk).update(
            state=Campaign.DONE, counts={"sent": people, "skipped consent": 5}
        )
        campaign.refresh_from_db()
        if told is None:
            with pytest.raises(DisclosureRefused, match="gets totals of 3 people or more"):
                for_partner(campaign)
        else:
            assert for_partner(campaign) == told


def test_staff_see_no_small_number_before_it_goes(post: Post) -> None:
    for number in range(6):
        person(f"p{number}")
        if number == 1:
            assert reach(draft()) == "fewer than 5"
    campaign = started()
    assert reach(campaign) == "6"
    send(campaign)
    told = status(campaign)
    assert (told.sent, told.left, told.unsure, told.state) == (6, 0, 0, "done")
    assert len(found(campaign)) == 6


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ann\r\nBcc: x", "Ann Bcc: x"),
        ("  Zoë\tLee ", "Zoë Lee"),
        ("see http://bad.example", ""),
        ("www.bad.example", ""),
        ("ann@bad.example", ""),
        ("x" * 100, "x" * 80),
        ("\u202eAnn", "Ann"),
    ],
)
def test_a_name_is_a_name(name: str, said: str) -> None:
    assert fields.cleaned(name) == said
