"""What the carrier of a parcel is told, and that it is told when the person is erased."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from sites.appliance_shop.dispatch.feeds import PARCELS
from sites.appliance_shop.probes.service import send_parcel
from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import Guest, make_member, make_product
from sites.appliance_shop.probes.till import open_till
from upheld.disclosure import ways
from upheld.disclosure.delivering import hand_overs
from upheld.disclosure.models import HandOver, Notice
from upheld.disclosure.passing_on import notices
from upheld.proving.registry import Finding, Ground, must, probe
from upheld.rights import erase

TOLD = {"reference", *PARCELS.fields}


@probe(
    "shop.carrier",
    rule="recipients.carrier",
    title="tell the carrier more than name, address, telephone and order number, or let it keep "
    "them after an erasure",
    says=("delivery", "never-sold"),
)
def carrier(ground: Ground) -> Finding:
    waiting = set(HandOver.objects.values_list("pk", flat=True))
    user, guest = make_member()
    with open_till() as till:
        order = Shopper(user).bought(make_product(), guest, till)
    must(not _ours(waiting), "the carrier is told before a parcel leaves")
    send_parcel(order)
    _now(waiting)
    row = _told(guest)
    must(set(row) == TOLD, f"the carrier is told {', '.join(sorted(set(row) - TOLD))}")
    must(row["street"] == guest.line1, "the carrier is told another street")
    text = json.dumps(row)
    must(guest.email not in text, "the carrier is told the e-mail address")
    must(str(user.pk) not in (row["reference"], row["order"]), "the carrier is told a key of ours")
    erase(f"member:{user.pk}", ground="a probe", using=ground.using)
    Notice.objects.filter(reference=row["reference"]).update(next_at=timezone.now())
    notices(using=ground.using)
    asked = [json.loads(each.content) for each in ways.kept() if each.name.startswith("erase-")]
    must(
        any(row["reference"] in each["references"] for each in asked),
        "the carrier is not told of the erasure",
    )
    return Finding("kept", f"{len(TOLD) - 1} fields and no other; the erasure was passed on")


def _ours(before: set[int]) -> list[HandOver]:
    return list(HandOver.objects.filter(recipient="carrier").exclude(pk__in=before))


def _now(before: set[int]) -> None:
    """Deliver the probe's own hand-overs; those of the shop wait until it is over."""
    HandOver.objects.filter(pk__in=before).update(next_at=timezone.now() + timedelta(days=1))
    hand_overs()


def _told(guest: Guest) -> dict[str, Any]:
    feeds = [each for each in ways.kept() if each.name.startswith("parcels-")]
    rows = [row for each in feeds for row in json.loads(each.content)]
    found = [row for row in rows if row.get("last_name") == guest.last_name]
    must(found, "the carrier is not told where the parcel goes")
    return dict(found[0])
