"""`manage.py upheld campaigns`: send, look, pause and resume, from a cron line or by hand."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from functools import partial
from typing import TextIO

from upheld.mail.campaigns import states
from upheld.mail.campaigns.counts import Status, status
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.refusals import Busy, CampaignRefused
from upheld.mail.campaigns.sending import send
from upheld.mail.surveys.tokens import links_for
from upheld.ports import Subcommand

FINE, FINDINGS = 0, 1


class Campaigns:
    """Exit 0 when all is sent or nothing is to send, 1 when something is unsure or stopped."""

    help = "send the campaigns that were started; run it every few minutes"

    def arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--send", action="store_true", help="send what was started (default)")
        what.add_argument("--status", action="store_true", help="say how far they are")
        what.add_argument("--pause", action="store_true", help="stop before the next mail")
        what.add_argument("--resume", action="store_true", help="go on where it was paused")
        parser.add_argument("key", nargs="?", help="one campaign; empty = all that are under way")
        parser.add_argument("--database", default="default", help="alias of the database")

    def run(self, options: Namespace, out: TextIO) -> int:
        using = options.database
        chosen = _chosen(options.key, using)
        if options.pause or options.resume:
            if options.key is None:
                raise CampaignRefused("which campaign?", hint="give its key, see `--status`")
            (states.pause if options.pause else states.resume)(chosen[0])
        elif not options.status:
            for campaign in chosen:
                if campaign.state == Campaign.SENDING:
                    _send(campaign, using, quiet=options.json)
        return _tell([status(campaign) for campaign in chosen], options.json, out)


def _chosen(key: str | None, using: str) -> list[Campaign]:
    rows = Campaign.objects.using(using)
    if key is None:
        under_way = (Campaign.SENDING, Campaign.PAUSED)
        return list(rows.filter(state__in=under_way).order_by("pk"))
    found = list(rows.filter(key=key))
    if not found:
        raise CampaignRefused(f"there is no campaign `{key}`", hint="see `--status`")
    return found


def _send(campaign: Campaign, using: str, *, quiet: bool) -> None:
    links = partial(links_for, campaign.survey, using=using) if campaign.survey else None
    shown = None if quiet or not sys.stderr.isatty() else _progress
    try:
        send(campaign, links=links, progress=shown, using=using)
    except Busy as busy:
        if not quiet:
            sys.stderr.write(f"{busy.message}\n")


def _progress(done: dict[str, int]) -> None:
    words = ", ".join(f"{count} {state}" for state, count in done.items() if count)
    sys.stderr.write(f"\r{words:<70}")
    sys.stderr.flush()


def _tell(found: list[Status], as_json: bool, out: TextIO) -> int:
    if as_json:
        out.write(json.dumps([asdict(one) for one in found]) + "\n")
    else:
        for one in found:
            out.write(f"{one.key} {one.state}: {one.title}\n")
            out.write(
                f"  {one.sent} sent, {one.left} left{'' if one.walked else ' so far'},"
                f" {one.skipped} skipped, {one.refused} refused, {one.unsure} unsure\n"
            )
            if one.because:
                out.write(f"  {one.because}\n")
            if one.unsure:
                out.write("  unsure: the mail server may have them; they are not sent again\n")
        if not found:
            out.write("no campaign is under way\n")
    wrong = any(one.unsure or one.because or one.state == Campaign.PAUSED for one in found)
    return FINDINGS if wrong else FINE


COMMANDS: dict[str, Subcommand] = {"campaigns": Campaigns()}
