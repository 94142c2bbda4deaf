"""The clinic's database with the second line in it, made once a process."""

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
    server.make_database()
    with blocker.unblock():
        for alias in ("default", "owner"):
            connections[alias].settings_dict["PORT"] = str(server.port())
        call_command("migrate", database="owner", verbosity=0)
        carry_out("default")
    yield
    with blocker.unblock():
        connections.close_all()
