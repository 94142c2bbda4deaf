"""`manage.py demo_logins`: print whom the demo's visitor can sign in as."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sites.frame.brand import brand
from sites.frame.samples.making import demo_address, samples


class Command(BaseCommand):
    help = "Print the demo's accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        site, whole = brand(), samples()
        rows = [(demo_address(), "member", "their own account and data")]
        rows += [(f"{c.box}@{site.host}", f"post {c.post}", c.sees) for c in whole.clerks]
        wide = max(len(email) for email, _, _ in rows)
        self.stdout.write(f"Sign in at /sign-in/ with the password {whole.password}\n")
        for email, who, sees in rows:
            self.stdout.write(f"  {email:<{wide}}  {who}: {sees}")
        for clerk in whole.clerks:
            if clerk.second_factor:
                self.stdout.write(
                    f"The post {clerk.post} also asks for a code, new every 30 seconds; this "
                    f"prints it:\n  UPHELD_SITE={site.site} .venv/bin/python manage.py "
                    f"second_factor {clerk.box}@{site.host}"
                )
