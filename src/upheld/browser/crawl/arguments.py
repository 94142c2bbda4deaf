"""The words of the command, the same for `upheld crawl` and `manage.py upheld crawl`."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from typing import TextIO

from upheld.browser.crawl.crawling import START, crawl
from upheld.browser.crawl.limits import Limits
from upheld.browser.crawl.showing import data, lines
from upheld.browser.crawl.walk import Login
from upheld.browser.names import Declared
from upheld.errors import ConfigurationError
from upheld.policy.types import Policy

PASSWORD = "UPHELD_CRAWL_PASSWORD"  # noqa: S105 - the name of an environment variable
HELP = "walk a running site in a browser and list what the policy does not declare or allow"
_DEFAULT = Limits()


def add(parser: ArgumentParser) -> None:
    """Add the options to a parser; the address is the caller's."""
    parser.add_argument(
        "--page", action="append", default=[], metavar="PATH", help="a page to start at, too"
    )
    parser.add_argument("--pages", type=int, default=_DEFAULT.pages, help="pages a walker sees")
    parser.add_argument(
        "--seconds", type=float, default=_DEFAULT.seconds, help="time for all walks together"
    )
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="HOST",
        help="a host besides this machine that may be called",
    )  # fmt: skip
    parser.add_argument("--login", default="", metavar="NAME", help=f"sign in; {PASSWORD} is asked")
    parser.add_argument("--login-page", default="/accounts/login/", metavar="PATH")


def run(address: str, policy: Policy, declared: Declared, options: Namespace, out: TextIO) -> int:
    """Crawl and report; 1 when something was found."""
    login = None
    if options.login:
        password = os.environ.get(PASSWORD)
        if not password:
            raise ConfigurationError(
                "signing in needs a password", hint=f"put it into the environment as {PASSWORD}"
            )
        login = Login(options.login_page, options.login, password)
    crawled = crawl(
        address,
        policy,
        declared,
        limits=Limits(options.pages, options.seconds, tuple(options.allow_host)),
        login=login,
        start=tuple(dict.fromkeys((*START, *options.page))),
    )
    if options.json:
        out.write(json.dumps(data(crawled), indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in lines(crawled))
    return 1 if crawled.findings else 0
