"""A person at a browser: opens pages, fills in forms by their labels, presses buttons.

Whatever the story, two things hold to its end and are checked there: nothing was asked of
any other place than the shop and the payment provider, and no page complained.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser import looks
from tests.browser.demo_process import Demo

PASSWORD = "hearth-demo-1"
STRONG = "seven quiet kettles"
PRIVACY = "privacy@hearthandhob.example"
CARD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"


@dataclass
class Person:
    """One browser window with its own cookies."""

    demo: Demo
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page: Page = self.context.new_page()
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def open(self, path: str, status: int = 200) -> Page:
        """Open a page and check the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status} {self.page.inner_text('main')}"
        return self.page

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Follow a link of the page's content."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=exact).first.click()

    def fill(self, **values: str) -> None:
        """Fill in fields by the `name` of the form's field."""
        for name, value in values.items():
            self.page.locator(f"main [name='{name}']").fill(value)

    def text(self) -> str:
        """What stands on the page, without header and footer."""
        return self.page.inner_text("main")

    def status_of(self, path: str) -> int:
        """The status of a page, asked for with this person's cookies."""
        return self.context.request.get(path, max_redirects=0).status

    def look(self) -> None:
        looks.look(self.page)

    def sign_in(self, email: str, password: str = PASSWORD, *, second_factor: bool = True) -> None:
        """Sign in; whoever needs a second factor shows that too."""
        self.open("/accounts/login/")
        self.page.get_by_label(re.compile("e-?mail", re.I)).first.fill(email)
        self.page.get_by_label("Password").first.fill(password)
        self.press("Sign in", exact=True)
        if email == PRIVACY and second_factor:
            self.show_second_factor(email)

    def show_second_factor(self, email: str) -> None:
        """Set a new one up and type the first of its recovery codes: each works once."""
        self.open("/privacy/console/second-factor/")
        self.page.get_by_label("Code from your app").fill(self.demo.recovery_code(email))
        self.press("Go on", exact=True)
        assert "Your second factor" not in self.text()

    def type_card(self, number: str = CARD) -> None:
        """Pay on the provider's hosted page."""
        assert self.page.url.startswith(f"{self.demo.provider}/pay/"), self.page.url
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_label("Expiry date").fill("12/39")
        self.page.get_by_label("Security code").fill("123")
        self.press("Pay $")

    def leave(self) -> None:
        """Close the window; nothing may have gone wrong while it was open."""
        self.context.close()
        allowed = {urlsplit(self.demo.url).netloc, urlsplit(self.demo.provider).netloc}
        strangers = [url for url in self.requests if urlsplit(url).netloc not in allowed]
        assert strangers == [], "requests left the shop and the provider"
        assert self.complaints == []

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _answered(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        if response.status >= (500 if document else 400):
            self.complaints.append(f"{response.status} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        refusal = message.text.startswith("Failed to load resource")  # see `_answered`
        if message.type in ("error", "warning") and not refusal:
            self.complaints.append(f"console: {message.text}")
