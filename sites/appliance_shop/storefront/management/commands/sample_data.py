"""`manage.py sample_data`: an empty shop becomes one with goods, people and orders."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from oscar.core.loading import get_model

from sites.appliance_shop.samples.shelves import make_shelves


class Command(BaseCommand):
    help = "Fill an empty shop with goods, invented people and their orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=200, help="how many members (200)")
        parser.add_argument("--seed", type=int, default=7, help="same seed, same shop (7)")

    def handle(self, *args: Any, **options: Any) -> None:
        if get_model("catalogue", "Product").objects.exists():
            raise CommandError("the shop has goods already; sample data needs an empty one")
        with transaction.atomic():
            make_shelves(self.tell)

    def tell(self, line: str) -> None:
        """Show one step of the work."""
        self.stdout.write(f"  {line}")
