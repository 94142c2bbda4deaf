"""The browser's commands."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TextIO

from upheld.browser.crawl import arguments
from upheld.browser.declared import declared
from upheld.browser.visits.commands import COMMANDS as VISITS
from upheld.conf import conf
from upheld.datamap.active import active
from upheld.ports import Subcommand


class Crawl:
    """Exit 1 when something was found."""

    help = arguments.HELP

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site-url", default="", metavar="URL", help="where it runs (the setting `SITE_URL`)"
        )
        arguments.add(parser)

    def run(self, options: Namespace, out: TextIO) -> int:
        now = active()
        address = options.site_url or conf().SITE_URL
        return arguments.run(address, now.policy, declared(now), options, out)


COMMANDS: dict[str, Subcommand] = {"crawl": Crawl(), **VISITS}
