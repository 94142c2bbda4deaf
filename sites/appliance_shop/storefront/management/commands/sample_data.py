"""`manage.py sample_data`: an empty shop becomes one with goods, people and orders."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from oscar.core.loading import get_model

from sites.appliance_shop.samples.make import make_everything


class Command(BaseCommand):
    help = "Fill an empty shop with goods, invented people and their orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=200, help="how many members (200)")
        parser.add_argument("--seed", type=int, default=7, help="same seed, same people (7)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["people"] < 1:
            raise CommandError("`--people` must be at least 1")
        if get_model("catalogue", "Product").objects.exists():
            raise CommandError("the shop has goods already; sample data needs an empty one")
        make_everything(options["people"], options["seed"], self.tell)

    def tell(self, line: str) -> None:
        """Show one step of the work."""
        self.stdout.write(f"  {line}")
