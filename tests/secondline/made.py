"""A database with the second line in it, made once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connections

from tests.secondline import server
from upheld.guard.secondline.apply import carry_out


@contextmanager
def databases(blocker: Any) -> Iterator[None]:
    """Migrate as the owner, put the second line in, and let `default` be the site's login."""
    place = connections["owner"].settings_dict
    server.make_database(place["NAME"], place["USER"])
    site = connections["default"].settings_dict
    with blocker.unblock():
        site["PORT"] = place["PORT"] = str(server.port())
        # Some apps' migrations name no database: `default` is the owner for as long.
        login, site["USER"] = site["USER"], place["USER"]
        call_command("migrate", verbosity=0)
        connections.close_all()
        site["USER"] = login
        carry_out("default")
    yield
    with blocker.unblock():
        connections.close_all()
