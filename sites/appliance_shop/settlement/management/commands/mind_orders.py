"""Look after payments, refunds and mails that nobody came back for."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from sites.appliance_shop.settlement.sweep import PATIENCE, sweep


class Command(BaseCommand):
    help = "Settle open payments, give up unpaid orders, carry out refunds, send waiting mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=0, help="seconds between rounds")
        parser.add_argument(
            "--patience",
            type=float,
            default=PATIENCE.total_seconds() / 60,
            help="minutes that an order waits for its payment",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = sweep(timedelta(minutes=options["patience"]))
            if not options["every"] or any(done.values()):
                self.stdout.write(json.dumps(done))
            if not options["every"]:
                return
            close_old_connections()
            time.sleep(options["every"])
