"""The purpose of what runs without a request: management commands and tasks.

A command's purpose is put in force when the apps are ready, from the command line that
started the process. That is chosen over wrapping `BaseCommand.execute`, which would patch
Django: a command called from code (`call_command`) keeps the purpose of its caller, and a
server started by a command serves each request in a context of its own.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePath

from upheld.context import Actor, Context, current, entered
from upheld.datamap import watching
from upheld.datamap.active import active, pinned
from upheld.errors import ConfigurationError

_STARTERS = frozenset(("manage.py", "django-admin", "django-admin.exe", "__main__.py"))
_SERVERS = frozenset(("runserver", "testserver"))
_process = ExitStack()


def command_of(argv: list[str]) -> str:
    """The management command that started this process, empty when none did."""
    if len(argv) < 2 or PurePath(argv[0]).name not in _STARTERS or argv[1].startswith("-"):
        return ""
    return argv[1]


def command_context(name: str) -> Context | None:
    """The context of a command, None when the map gives it no purpose."""
    try:
        purpose = active().datamap.purpose_for_command(name)
    except ConfigurationError:
        # `check` and `upheld init` must run with a broken folder, and then without data.
        return None
    return Context(purpose, Actor("system", f"system:{name}"), place=name) if purpose else None


def enter_command() -> None:
    """Put the purpose of this process's command in force until it ends."""
    name = command_of(sys.argv)
    if not name or name in _SERVERS or current().purpose is not None:
        return
    context = command_context(name)
    if context is not None:
        _process.enter_context(entered(context))
        atexit.register(_write_up)


def _write_up() -> None:
    from upheld.guard.finishing import finish

    finish()


@contextmanager
def running_task(name: str) -> Iterator[Context]:
    """Run the block as the task `name`, for the purpose that the map gives it.

    Without an entry there is no purpose, so no personal data. It is decided by the rules in
    force when it starts, whatever the worker around it began with.
    """
    from upheld.guard.finishing import finish

    watching.look()
    with pinned() as governance:
        purpose = governance.datamap.purpose_for_task(name)
        context = Context(purpose, Actor("system", f"system:{name}"), place=name)
        with entered(context):
            try:
                yield context
            finally:
                finish()
