"""One edition a mailing and week: made once, however often and from wherever it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from sites.appliance_shop.mailings.kinds import Kind
from sites.appliance_shop.mailings.offers import Offer
from upheld.context import Actor, purpose
from upheld.mail.campaigns import states
from upheld.mail.campaigns.models import Campaign

JOB = Actor("system", "system:mailings")


def edition(kind: Kind, day: date) -> Campaign | None:
    """Return this week's campaign of a mailing as a draft or as it stands; None when there is
    nothing to tell. A clock that is put back asks for the same week again, so nobody gets it
    twice."""
    year, week, _ = day.isocalendar()
    name = f"{kind.id} {year}-W{week:02}"
    found = Campaign.objects.filter(edition=name).first()
    if found is not None:
        return found
    offers = kind.offers()
    if not offers:
        return None
    with purpose(None, actor=JOB, subject=None, place="mailings"):
        try:
            with transaction.atomic():
                return states.make(edition=name, **parts(kind, offers, week))
        except IntegrityError:  # another worker made it in the same moment
            return Campaign.objects.get(edition=name)


def parts(kind: Kind, offers: list[Offer], week: int) -> dict[str, Any]:
    """What a campaign of this mailing is made of."""
    body = render_to_string(kind.template, {"offers": offers})
    return {
        "title": kind.title.format(week=week),
        "klass": "marketing",
        "purpose": kind.purpose,
        "topic": kind.topic,
        "subject_line": kind.subject_line.format(),
        "body": "\n".join(line.rstrip() for line in body.strip().splitlines()) + "\n",
        "segment": {"name": "Everybody who agreed", "all": []},
    }


def start(campaign: Campaign) -> bool:
    """Start a draft; False when it was started, cancelled or sent before."""
    if campaign.state != Campaign.DRAFT:
        return False
    with purpose(None, actor=JOB, subject=None, place="mailings"):
        states.start(campaign)
    return True
