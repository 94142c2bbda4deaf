"""The next people of a campaign: found in slices, noted once each, in one transaction.

The walk goes by primary key and its place is stored with the rows, so that a worker that
dies loses nothing and finds nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from upheld.mail.campaigns.addresses import digest
from upheld.mail.campaigns.audience import Audience, Person
from upheld.mail.campaigns.models import Campaign, CampaignMail

SLICE = 500
"""People looked at in one transaction."""
TWICE, EARLIER, GONE = "same-address", "earlier-version", "not-any-more"
_HAD = (CampaignMail.SENT, CampaignMail.HANDING, CampaignMail.UNSURE)


class Overtaken(Exception):
    """The campaign is not this worker's any more, or it is not being sent any more."""


def beat(campaign: Campaign, worker: str, using: str) -> None:
    """Count one step. Raises `Overtaken`. The first statement of each transaction here, so
    that SQLite takes its lock before it reads."""
    mine = Campaign.objects.using(using).filter(
        pk=campaign.pk, worker=worker, state=Campaign.SENDING
    )
    if not mine.update(beat=F("beat") + 1):
        raise Overtaken


def waiting(
    campaign: Campaign, audience: Audience, worker: str, offered: int, using: str
) -> dict[int, Person] | None:
    """Return the next people to mail by the key of their row; None when nobody is left.

    First those that were noted before and wait, read anew, unless a server put them off more
    than `offered` times; then the next slice of the walk.
    A slice may be empty without being the last.
    """
    rows = list(
        CampaignMail.objects.using(using)
        .filter(campaign=campaign, state=CampaignMail.QUEUED, tries__lte=offered)
        .order_by("tries", "pk")
        .values_list("pk", "root", "row", "subject")[:SLICE]
    )
    if rows:
        return _again(campaign, audience, rows, using)
    while not campaign.walked:
        found = _next_slice(campaign, audience, worker, using)
        if found:
            return found
    return None


def _again(
    campaign: Campaign, audience: Audience, rows: list[tuple[int, int, str, str]], using: str
) -> dict[int, Person]:
    by_root: dict[int, list[str]] = defaultdict(list)
    for _, root, row, _ in rows:
        by_root[root].append(row)
    people = {
        person.subject: person
        for root, keys in by_root.items()
        for person in audience.again(root, keys)
    }
    found = {pk: people[subject] for pk, _, _, subject in rows if subject in people}
    skip([pk for pk, *_ in rows if pk not in found], GONE, using)
    return found


def _next_slice(
    campaign: Campaign, audience: Audience, worker: str, using: str
) -> dict[int, Person]:
    with transaction.atomic(using=using):
        beat(campaign, worker, using)
        root, after = campaign.root, campaign.after
        people = audience.after(root, after, SLICE)
        found = _noted(campaign, people, using) if people else {}
        if len(people) == SLICE:
            after = people[-1].row
        else:
            root, after = root + 1, ""
        walked = root >= len(audience.roots)
        Campaign.objects.using(using).filter(pk=campaign.pk).update(
            root=root, after=after, walked=walked
        )
    campaign.root, campaign.after, campaign.walked = root, after, walked
    return found


def _noted(campaign: Campaign, people: list[Person], using: str) -> dict[int, Person]:
    digests = {person.subject: digest(person.address, using) for person in people}
    had_subjects, had_addresses = _earlier(campaign, digests, using)
    rows, seen = [], set(had_addresses)
    for person in people:
        mark = digests[person.subject]
        reason = ""
        if not mark:
            reason = "no-address"
        elif person.subject in had_subjects:
            reason = EARLIER
        elif mark in seen:
            reason = TWICE
        seen.add(mark)
        rows.append(
            CampaignMail(
                campaign=campaign,
                subject=person.subject,
                address="" if reason else mark,
                root=person.root,
                row=person.row,
                state=CampaignMail.SKIPPED if reason else CampaignMail.QUEUED,
                reason=reason,
            )
        )
    CampaignMail.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    keys = dict(
        CampaignMail.objects.using(using)
        .filter(campaign=campaign, subject__in=list(digests), state=CampaignMail.QUEUED)
        .values_list("subject", "pk")
    )
    return {keys[p.subject]: p for p in people if p.subject in keys}


def _earlier(campaign: Campaign, digests: dict[str, str], using: str) -> tuple[set[str], set[str]]:
    """Who of a slice had an earlier version, and which addresses are taken already."""
    rows = CampaignMail.objects.using(using)
    subjects: set[str] = set()
    if campaign.version > 1:
        had = rows.filter(
            campaign__family=campaign.family, subject__in=list(digests), state__in=_HAD
        ).exclude(campaign=campaign)
        subjects = set(had.values_list("subject", flat=True))
    marks = [mark for mark in digests.values() if mark]
    taken = rows.filter(campaign=campaign, address__in=marks)
    if campaign.version > 1:
        taken = rows.filter(campaign__family=campaign.family, address__in=marks).exclude(
            state__in=(CampaignMail.SKIPPED, CampaignMail.QUEUED, CampaignMail.REFUSED)
        )
    return subjects, set(taken.values_list("address", flat=True))


def skip(keys: Iterable[int], reason: str, using: str) -> None:
    """Note that these mails are not sent, and why."""
    wanted = list(keys)
    if wanted:
        rows = CampaignMail.objects.using(using).filter(
            pk__in=wanted, state__in=(CampaignMail.QUEUED, CampaignMail.HANDING)
        )
        rows.update(state=CampaignMail.SKIPPED, reason=reason[:40])
