"""The three mailings, sent for real by their weekly job, into a box that nobody empties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.mail import EmailMessage
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.mailings.editions import edition, start
from sites.appliance_shop.mailings.kinds import KINDS, Kind
from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import everything, make_member, make_product
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.sending import send
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe

FIRST = date(2001, 1, 1)
"""A week in which the shop sent nothing: its editions are the probe's alone."""


@probe(
    "shop.mailings",
    rule="purposes.weekly_bundle_mail",
    title="get a weekly, a discount or a launch mail without having agreed to that very one",
    says=("only-if-agreed",),
)
def mailings(ground: Ground) -> Finding:
    _stocked()
    sent = 0
    for kind in KINDS.values():
        yes, silent, other = (make_member() for _ in range(3))
        _says(yes[0], kind.purpose, "yes")
        for another in KINDS.values():
            if another is not kind:
                _says(other[0], another.purpose, "yes")
        mails = _week(kind, 0, from_=yes[0])
        got = sorted(mail.to[0] for mail in mails)
        must(silent[1].email not in got, f"a `{kind.id}` mail went to somebody who said nothing")
        must(other[1].email not in got, f"a `{kind.id}` mail went to who agreed to others")
        must(got == [yes[1].email], f"who agreed got {got.count(yes[1].email)} `{kind.id}` mails")
        must(not _week(kind, 0, from_=yes[0]), f"`{kind.id}` was sent again in the same week")
        sent += len(mails)
    return Finding("kept", f"{sent} mails sent by their weekly jobs, each to who agreed to it")


@probe(
    "shop.cancel-link",
    rule="mail.marketing",
    title="get a promotional mail whose link does not end the mails with one click",
    says=("one-click",),
)
def cancel_link(ground: Ground) -> Finding:
    _stocked()
    for kind in KINDS.values():
        user, guest = make_member()
        _says(user, kind.purpose, "yes")
        mails = _week(kind, 0, from_=user)
        must([mail.to for mail in mails] == [[guest.email]], f"`{kind.id}` did not arrive")
        headers = mails[0].extra_headers
        link = str(headers.get("List-Unsubscribe", "")).strip("<>")
        must(link.startswith("http"), f"`{kind.id}` has no header with its link")
        must(
            headers.get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click",
            f"`{kind.id}` cannot be ended by the mail programme",
        )
        must(link in str(mails[0].body), f"`{kind.id}` has no link in its text")
        clicked = Shopper(enforce_csrf_checks=True).post(
            urlsplit(link).path, {"List-Unsubscribe": "One-Click"}
        )
        must(clicked.status_code == 200, "the click needs a sign-in or a second page")
        must(not _week(kind, 1, from_=user), f"`{kind.id}` still comes after one click")
    return Finding("kept", f"{len(KINDS)} mailings end with the link in the mail, at once")


def _stocked() -> None:
    """Put a bundle and something else on the shelves."""
    make_product()
    product = make_product("89.00")
    with everything():
        product.product_class, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
            slug="bundle", defaults={"name": "Bundle"}
        )
        product.save()


def _week(kind: Kind, number: int, *, from_: Any) -> list[EmailMessage]:
    """Run the job of a week for accounts from this one on; return what it sent."""
    before = len(caught())
    with everything():
        campaign = edition(kind, FIRST + timedelta(weeks=number))
    must(campaign is not None, f"there is nothing to tell in `{kind.id}`")
    assert campaign is not None
    if start(campaign):
        # The walk begins behind everybody who is no part of this.
        Campaign.objects.filter(pk=campaign.pk).update(after=str(from_.pk - 1))
        send(campaign, patience=0)
    return caught()[before:]


def _says(user: Any, purpose: str, answer: str) -> None:
    reply = Shopper(user).post(reverse("upheld:choices"), {purpose: answer})
    must(reply.status_code in (302, 303), "a choice was not taken")
