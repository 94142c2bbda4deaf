"""`manage.py upheld <subcommand>`: the door to the commands of every room.

Exit codes: 0 = fine, 1 = findings, 2 = wrong use.
"""

from __future__ import annotations

import io
import pkgutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

import upheld
from upheld.context import Actor, current, entered
from upheld.datamap.active import MapError, active
from upheld.errors import ConfigurationError, UpheldError
from upheld.guard.finishing import finish
from upheld.journal import fresh_buffer
from upheld.policy.findings import PolicyError, did_you_mean
from upheld.ports import Subcommand

WRONG_USE = 2


def rooms() -> list[str]:
    """Every package of Upheld that may have commands; contributed ones when installed."""
    found = [
        f"upheld.{info.name}"
        for info in pkgutil.iter_modules(upheld.__path__)
        if info.ispkg and info.name not in ("management", "migrations", "contrib")
    ]
    found += [app for app in settings.INSTALLED_APPS if app.startswith("upheld.contrib.")]
    return found


def subcommands() -> dict[str, Subcommand]:
    """Every subcommand by name. Raises `ConfigurationError` when two rooms share a name."""
    found: dict[str, Subcommand] = {}
    for room in rooms():
        if find_spec(room) is None or find_spec(f"{room}.commands") is None:
            continue
        for name, command in import_module(f"{room}.commands").COMMANDS.items():
            if name in found:
                raise ConfigurationError(f"two rooms have a command `{name}`")
            found[name] = command
    return dict(sorted(found.items()))


class _Plain(io.TextIOBase):
    """Django's output without the line end it adds to every write."""

    def __init__(self, out: OutputWrapper) -> None:
        self._wrapped = out

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._wrapped.write(text, ending="")
        return len(text)


class Command(BaseCommand):
    """The root command. Its checks are those of the subcommands: `init` runs before all."""

    help = "keep the privacy notice: map, prove, report, answer requests"
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Name what is wrong with the subcommand before argparse lists all of them."""
        known = subcommands()
        given = next((word for word in argv[2:] if not word.startswith("-")), None)
        if given is None and not {"-h", "--help"} & set(argv):
            self._refuse("a subcommand is missing", "one of: " + ", ".join(known))
        if given is not None and given not in known:
            hint = did_you_mean(given, known) or "one of: " + ", ".join(known)
            self._refuse(f"unknown subcommand `{given}`", hint)
        super().run_from_argv(argv)

    def add_arguments(self, parser: CommandParser) -> None:
        """Add one parser a subcommand, each with `--json`."""
        choices = parser.add_subparsers(dest="subcommand", metavar="SUBCOMMAND", required=True)
        for name, command in subcommands().items():
            own: ArgumentParser = choices.add_parser(
                name, help=command.help, description=command.help
            )
            command.arguments(own)
            if own.get_default("json") is None:
                own.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand; its exit code leaves as `SystemExit` unless it is 0."""
        name: str = options["subcommand"]
        out: Any = _Plain(self.stdout)
        place = f"upheld {name}"
        try:
            with _running(name, place):
                code = subcommands()[name].run(Namespace(**options), out)
        except (PolicyError, MapError) as error:
            self.stderr.write(f"error: {error}")
            sys.exit(1)
        except UpheldError as error:
            self.stderr.write(f"error: {error}")
            sys.exit(WRONG_USE)
        if code:
            sys.exit(code)

    def _refuse(self, message: str, hint: str) -> None:
        self.stderr.write(f"error: {message} ({hint})")
        sys.exit(WRONG_USE)


@contextmanager
def _running(name: str, place: str) -> Iterator[None]:
    """Act as the subcommand, for the purpose the map gives it; without an entry whatever
    purpose is in force stays. What was noted is written before the command ends."""
    now = current()
    actor = Actor("system", f"system:{name}")
    wanted = _purpose_of(place) or now.purpose
    with entered(replace(now, purpose=wanted, actor=actor, place=place)), fresh_buffer():
        try:
            yield
        finally:
            finish()


def _purpose_of(place: str) -> str | None:
    """The purpose the map gives the subcommand; none while there is no map (`upheld init`)."""
    try:
        return active().datamap.purpose_for_command(place)
    except ConfigurationError:
        return None
