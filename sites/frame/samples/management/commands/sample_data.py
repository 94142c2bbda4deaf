"""`manage.py sample_data`: an empty site becomes one with people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from sites.frame.samples.making import make_everything


class Command(BaseCommand):
    help = "Fill an empty site with what it offers, staff, and invented people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=5000, help="how many members (5000)")
        parser.add_argument("--seed", type=int, default=7, help="same seed, same people (7)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["people"] < 1:
            raise CommandError("`--people` must be at least 1")
        if get_user_model().objects.exists():
            raise CommandError("the site has people already; sample data needs an empty one")
        make_everything(options["people"], options["seed"], self.tell)

    def tell(self, line: str) -> None:
        """Show one step of the work."""
        self.stdout.write(f"  {line}")
        self.stdout.flush()
