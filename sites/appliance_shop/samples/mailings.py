"""A campaign that was sent, one that waits as a draft, and this week's edition."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone


def make_mailings() -> int:
    """Make sample campaigns; returns how many. None of them sends anything by itself."""
    if not settings.GUARD:
        return 0
    from sites.appliance_shop.mailings.editions import JOB, edition
    from sites.appliance_shop.mailings.kinds import KINDS
    from upheld.context import purpose
    from upheld.mail.campaigns import states
    from upheld.mail.campaigns.models import Campaign

    today = timezone.localdate()
    last = edition(KINDS["weekly-bundles"], today - timedelta(days=7))
    if last is not None:
        Campaign.objects.filter(pk=last.pk).update(
            state=Campaign.DONE,
            started_at=timezone.now() - timedelta(days=7),
            ended_at=timezone.now() - timedelta(days=7),
            walked=True,
            counts={"sent": 57, "skipped same-address": 1},
        )
    for kind in KINDS.values():
        edition(kind, today)
    with purpose(None, actor=JOB, subject=None, place="sample_data"):
        states.make(
            title="For people who like to cook",
            klass="marketing",
            purpose="discount_mail",
            topic="discounts",
            subject_line="A pan for every pot",
            body="# A pan for every pot\n\nLess for [cooking tools](/catalogue/), this week.\n",
            segment={
                "name": "Who told us that cooking interests them",
                "all": [{"data": "taste.category", "is": ["cooking"]}],
            },
        )
    return Campaign.objects.count()
