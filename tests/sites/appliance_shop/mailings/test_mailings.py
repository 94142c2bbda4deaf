"""The weekly job of a mailing: made once a week, to who agreed, in the shop's own words."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from sites.appliance_shop.mailings.kinds import KINDS
from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import make_member, make_product
from upheld.mail.campaigns.models import Campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stock() -> Iterator[None]:
    make_product("39.00")
    yield


def agreed(purpose: str) -> str:
    user, guest = make_member()
    Shopper(user).post(reverse("upheld:choices"), {purpose: "yes"})
    return guest.email


def run(*words: str) -> dict[str, object]:
    out = io.StringIO()
    call_command("mailings", *words, stdout=out)
    told: dict[str, object] = json.loads(out.getvalue())
    return told


@pytest.mark.parametrize("kind", ["discounts", "launches"])
def test_an_edition_goes_once_a_week_to_who_agreed(kind: str) -> None:
    email = agreed(KINDS[kind].purpose)
    make_member()
    first = run(kind, "--day", "2026-11-18")
    assert (first["state"], first["sent"]) == ("done", 1)
    again = run(kind, "--day", "2026-11-20")
    assert again["key"] == first["key"]
    assert [message.to for message in mail.outbox] == [[email]]
    assert run(kind, "--day", "2026-11-25")["key"] != first["key"]
    assert len(mail.outbox) == 2


def test_what_it_says(settings: object) -> None:
    agreed("discount_mail")
    run("discounts")
    (message,) = mail.outbox
    text = str(message.body)
    assert message.subject == "A little less for a good tool"
    assert "$39.00" in text
    assert "One click ends it:" in text
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_to_tell_sends_nothing() -> None:
    out = io.StringIO()
    call_command("mailings", "weekly-bundles", stdout=out)
    assert out.getvalue() == "there is nothing to tell this week\n"
    assert not Campaign.objects.exists()


def test_a_wrong_day_is_said() -> None:
    with pytest.raises(CommandError, match="`soon` is no day, write it as `2026-11-22`"):
        call_command("mailings", "discounts", "--day", "soon")
