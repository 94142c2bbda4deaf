"""`manage.py mailings weekly-bundles`: this week's edition, made once, started and sent."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sites.appliance_shop.mailings.editions import edition, start
from sites.appliance_shop.mailings.kinds import KINDS
from upheld.mail.campaigns.counts import status
from upheld.mail.campaigns.models import Campaign
from upheld.mail.campaigns.sending import send


class Command(BaseCommand):
    help = "Make, start and send this week's edition of a mailing; run it weekly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mailing", choices=sorted(KINDS), help="which mailing")
        parser.add_argument("--day", help="the week of this day (2026-11-22) instead of today")
        parser.add_argument("--draft", action="store_true", help="make it and leave it a draft")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = date.fromisoformat(options["day"]) if options["day"] else timezone.localdate()
        except ValueError:
            raise CommandError(f"`{options['day']}` is no day, write it as `2026-11-22`") from None
        campaign = edition(KINDS[options["mailing"]], day)
        if campaign is None:
            self.stdout.write("there is nothing to tell this week")
            return
        if not options["draft"]:
            start(campaign)
            if campaign.state == Campaign.SENDING:
                send(campaign)
        self.stdout.write(json.dumps(asdict(status(campaign))))
