"""`manage.py demo_logins`: print whom the demo's visitor can sign in as."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sites.appliance_shop.samples.people import DEMO_MEMBER, PASSWORD
from sites.appliance_shop.samples.staff import CLERKS, SECOND_FACTOR


class Command(BaseCommand):
    help = "Print the demo's accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [(DEMO_MEMBER, "member", "their own orders and data")]
        rows += [(clerk.email, f"post {clerk.post}", clerk.sees) for clerk in CLERKS]
        wide = max(len(email) for email, _, _ in rows)
        self.stdout.write(f"Sign in at /accounts/login/ with the password {PASSWORD}\n")
        for email, who, sees in rows:
            self.stdout.write(f"  {email:<{wide}}  {who}: {sees}")
        for clerk in CLERKS:
            if clerk.post in SECOND_FACTOR:
                self.stdout.write(
                    f"The post {clerk.post} also asks for a code, new every 30 seconds; this "
                    "prints it:\n  UPHELD_SITE=appliance_shop .venv/bin/python manage.py "
                    f"second_factor {clerk.email}"
                )
