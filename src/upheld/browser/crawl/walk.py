"""The walk itself: Playwright's browser, one fresh window for each walker.

Only this machine is called, unless more is allowed: a request elsewhere is noted and aborted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from upheld.browser.crawl import look
from upheld.browser.crawl.limits import Limits
from upheld.browser.crawl.seen import Seen, Walk, Walker
from upheld.errors import ConfigurationError

CHOICES = "/privacy/choices/"
_CHROMIUM = Path("/usr/bin/chromium")
_LEAVING = ("logout", "log-out", "sign-out", "signout")
_WAIT = 10_000
_SETTLE = 300
"""Milliseconds that a page gets after it has loaded: scripts that load scripts need them."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, where. The password is never an argument of a command."""

    address: str
    name: str
    password: str = field(repr=False)


@contextmanager
def browser() -> Iterator[Any]:
    """Open Chromium. Raises `ConfigurationError` when Playwright or the browser is not there."""
    try:
        from playwright.sync_api import Error, sync_playwright  # an extra, needed here alone
    except ImportError:
        raise ConfigurationError(
            "a walk needs a browser, and Playwright is not installed",
            hint="pip install upheld[crawl], and a Chromium",
        ) from None
    with sync_playwright() as playwright:
        path = str(_CHROMIUM) if _CHROMIUM.exists() else None
        flags = ["--disable-background-networking", "--disable-component-update"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium has none as root
        try:
            opened = playwright.chromium.launch(executable_path=path, args=flags)
        except Error as error:
            raise ConfigurationError(
                f"the browser does not start: {str(error).splitlines()[0]}",
                hint="install Chromium, or run `playwright install chromium`",
            ) from None
        yield opened
        opened.close()


class Walking:
    """One walker in one window. Everything met is in `walk`."""

    def __init__(self, opened: Any, site: str, walker: Walker, limits: Limits, end: float) -> None:
        self.walk = Walk(walker)
        self._site, self._limits, self._end = site, limits, end
        headers = {"Sec-GPC": "1"} if walker.signal else {}
        self._context = opened.new_context(extra_http_headers=headers, base_url=site)
        self._context.set_default_timeout(_WAIT)
        self._context.route(lambda address: not limits.may_call(address), _abort)
        self._context.add_init_script(look.WATCH)
        self._page = self._context.new_page()
        self._path = "/"
        self._context.on("request", self._asked)
        self._context.on("requestfailed", self._stopped)

    def go(self, start: list[str], login: Login | None = None) -> Walk:
        """Walk from the paths in `start` along the links, in the order they are met."""
        if login is not None and self.walk.walker.signed_in:
            self._sign_in(login)
        if self.walk.walker.answers and not self.answer(self.walk.walker.answers):
            return self.walk
        waiting, known = list(start), set(start)
        while waiting and len(self.walk.pages) < self._limits.pages:
            if time.monotonic() > self._end:
                self.walk.trouble.append((waiting[0], "the time was over before this page"))
                break
            for path in self._visit(waiting.pop(0)):
                if path not in known:
                    known.add(path)
                    waiting.append(path)
        return self.walk

    def answer(self, answers: tuple[tuple[str, str], ...]) -> bool:
        """Choose as a person without JavaScript does: by the form of the page of choices."""
        try:
            self._page.goto(CHOICES)
            token = self._page.locator("input[name=csrfmiddlewaretoken]").first
            form = {"csrfmiddlewaretoken": token.input_value()} if token.count() else {}
            for name, given in answers:
                sent = self._context.request.post(
                    CHOICES,
                    form={**form, name: given},
                    headers={"Accept": "application/json", "Referer": self._site + CHOICES},
                )
                if not sent.ok:
                    self.walk.trouble.append((CHOICES, f"`{name}={given}` answers {sent.status}"))
                    return False
        except Exception as error:  # Playwright's, whose types are an extra's
            self.walk.trouble.append((CHOICES, str(error).splitlines()[0]))
            return False
        return True

    def look_again(self, paths: list[str], walker: Walker) -> Walk:
        """Walk over `paths` anew as `walker`, in the same window: after a withdrawal."""
        self.walk = Walk(walker)
        for path in paths:  # this answer still ends cookies, the next one must be without
            self._visit(path)
        self.walk = Walk(walker)
        for path in paths:
            self._visit(path)
        return self.walk

    def close(self) -> None:
        self._context.close()

    def _visit(self, path: str) -> list[str]:
        self._path = path
        try:
            answer = self._page.goto(path, wait_until="load")
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                return []
            self._page.wait_for_timeout(_SETTLE)
            # The jar knows how long a cookie stays, so it is asked first.
            for seen in (*look.cookies(self._context, path), *look.kept(self._page, path)):
                self.walk.meet(seen)
            links = self._page.evaluate(look.LINKS)
        except Exception as error:  # Playwright's, whose types are an extra's
            if "Download is starting" not in str(error):
                self.walk.trouble.append((path, str(error).splitlines()[0]))
            return []
        self.walk.pages.append(path)
        return [found for link in links if (found := self._own(link))]

    def _own(self, link: str) -> str:
        """The path of a link within the site; without its query, so that lists end."""
        parts = urlsplit(urljoin(self._site, link))
        if f"{parts.scheme}://{parts.netloc}" != self._site:
            return ""
        return "" if any(word in parts.path for word in _LEAVING) else parts.path

    def _asked(self, request: Any) -> None:
        origin = look.outside(request.url, self._site)
        if origin:
            self.walk.meet(Seen("request", origin, self._path))

    def _stopped(self, request: Any) -> None:
        origin = look.outside(request.url, self._site)
        if origin and "csp" in (request.failure or "").lower():
            self.walk.met["request", origin, ""] = Seen("request", origin, self._path, stopped=True)

    def _sign_in(self, login: Login) -> None:
        try:
            self._page.goto(login.address)
            form = self._page.locator("form:has(input[type=password])").first
            name = form.locator("input[type=email], input[type=text]").first
            name.fill(login.name)
            form.locator("input[type=password]").first.fill(login.password)
            with self._page.expect_navigation():
                form.locator("input[type=password]").first.press("Enter")
        except Exception as error:  # Playwright's, whose types are an extra's
            self.walk.trouble.append((login.address, str(error).splitlines()[0]))
            return
        if self._page.locator("input[type=password]").count():
            self.walk.trouble.append((login.address, "signing in did not work"))


def _abort(route: Any) -> None:
    route.abort("blockedbyclient")
