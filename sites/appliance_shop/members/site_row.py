"""The row by which Oscar's mails name the shop and its address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps as installed
from django.conf import settings
from django.contrib.sites.models import Site
from django.core.management.color import no_style
from django.db import connections


def name_the_site(*, using: str, apps: Any = installed, **_: Any) -> None:
    """Put the shop's own host and name into the row that Django fills with an example.

    Runs after each `migrate`, so a changed `SITE_URL` is followed.
    """
    try:
        model = apps.get_model("sites", "Site")
    except LookupError:  # a migration to a state before there were sites
        return
    _, new = model.objects.using(using).update_or_create(
        pk=settings.SITE_ID,
        defaults={
            "domain": urlsplit(settings.SITE_URL).netloc,
            "name": settings.OSCAR_SHOP_NAME,
        },
    )
    Site.objects.clear_cache()
    if new:  # the key was given, so the database has not counted it
        connection = connections[using]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)
