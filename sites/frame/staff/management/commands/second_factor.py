"""`manage.py second_factor EMAIL`: the code of now; `--new` gives a new app secret."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from sites.frame.staff.second_factor import code_of, set_up


class Command(BaseCommand):
    help = "Print the code that a clerk's app shows now; --new sets a second factor up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the clerk's address")
        parser.add_argument("--new", action="store_true", help="end the old one, print a new one")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model().objects.filter(email=options["email"], is_staff=True).first()
        if user is None:
            raise CommandError(f"no member of staff has the address `{options['email']}`")
        if options["new"]:
            factor = set_up(user)
            self.stdout.write(f"Secret for the app: {factor.secret}")
            self.stdout.write(f"Recovery codes: {', '.join(factor.recovery_codes)}")
            return
        self.stdout.write(code_of(user))
