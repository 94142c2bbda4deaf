"""The crawl sees what a page's scripts keep and load, and is bounded and polite."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sites.outside.content import WIDGET
from sites.outside.server import Origin
from tests.browserroom.served import asking_beside_a_loop, serving
from upheld.browser.crawl.crawling import Crawled, crawl
from upheld.browser.crawl.judge import EARLY, UNDECLARED, judge
from upheld.browser.crawl.limits import Limits
from upheld.browser.crawl.seen import Seen, Walk, Walker
from upheld.browser.crawl.showing import data, lines
from upheld.browser.declared import declared
from upheld.browser.names import Declared
from upheld.cli import main
from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by
from upheld.errors import ConfigurationError

WIDER = "it goes to other hosts of the domain too"
ELSE = "it belongs to `{}.example`, another host"
NOT_ONE = "`{}` is no address of a site (write it like http://127.0.0.1:8000)"
FOREIGN = "`shop.example` is not this machine (if it is your site, add `--allow-host shop.example`)"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def widget() -> Iterator[Origin]:
    origin = Origin(WIDGET).start()
    yield origin
    origin.stop()


def found(crawled: Crawled) -> set[tuple[str, str, str, str]]:
    return {(f.kind, f.name, f.walker, f.why) for f in crawled.findings}


@pytest.mark.django_db(transaction=True)
def test_a_clean_site_and_a_rogue_page(rules: Active, widget: Origin) -> None:
    embeds = {"words": replace(rules.policy.embeds["words"], origin=widget.url)}
    with (
        governed_by(policy=replace(rules.policy, embeds=embeds)) as now,
        asking_beside_a_loop(),
        serving() as site,
    ):
        limits = Limits(pages=2)
        clean = crawl(site, now.policy, declared(now), limits=limits, start=("/outside/",))
        assert list(lines(clean))[-1] == f"{site}: 0 findings"
        walks = {walk.walker.name: walk for walk in clean.walks}
        assert list(walks) == [
            "visitor", "refusing", "with a signal", "agreeing to taste",
            "after withdrawing taste", "agreeing to translation",
            "after withdrawing translation",
        ]  # fmt: skip
        asked = {name for name, walk in walks.items() if ("request", widget.url, "") in walk.met}
        assert asked == {"agreeing to translation"}

        dirty = crawl(site, now.policy, declared(now), limits=Limits(pages=1), start=("/rogue/",))
        everybody = {finding for finding in found(dirty) if finding[2] == "visitor"}
        assert everybody == {
            ("cookie", "tracker", "visitor", UNDECLARED),
            ("cookie", "taste", "visitor", EARLY.format("taste")),
            ("cookie", "theme", "visitor", "it stays 365 days, declared are 30"),
            ("local", "trail", "visitor", UNDECLARED),
            ("session", "tab", "visitor", UNDECLARED),
            ("indexeddb", "profile", "visitor", UNDECLARED),
            ("hint", "https://cdn.example", "visitor", UNDECLARED),
            (
                "request", "https://pixel.example", "visitor",
                f"{UNDECLARED}; the page's content policy stopped it",
            ),
        }  # fmt: skip
        assert ("cookie", "taste", "agreeing to taste", EARLY.format("taste")) not in found(dirty)
        assert len(data(dirty)["findings"]) == len(found(dirty))

        late = crawl(site, now.policy, declared(now), limits=Limits(seconds=0), start=("/rogue/",))
        assert {f.why for f in late.findings} >= {"the time was over before this page"}


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (Seen("cookie", "sessionid", "/", host="127.0.0.1", days=14), ""),
        (Seen("cookie", "sessionid", "/", host=".127.0.0.1"), WIDER),
        (Seen("cookie", "id", "/", host="ads.example"), ELSE.format("ads")),
        (Seen("cookie", "id", "/", host="words.example"), ELSE.format("words")),
        (Seen("request", "https://words.example", "/"), EARLY.format("translation")),
        (Seen("local", "words.x", "/"), EARLY.format("translation")),
        (Seen("session", "words.x", "/"), UNDECLARED),
        (Seen("worker", "/", "/"), UNDECLARED),
    ],
)  # fmt: skip
def test_the_judgement_of_what_a_visitor_met(rules: Active, seen: Seen, why: str) -> None:
    walk = Walk(Walker("visitor", frozenset()))
    walk.meet(seen)
    assert [each.why for each in judge(walk, declared(rules), SITE)] == ([why] if why else [])


def test_who_agreed_may_meet_it(rules: Active) -> None:
    walk = Walk(Walker("agreeing", frozenset({"translation"})))
    for seen in (
        Seen("cookie", "id", "/", host="words.example"),
        Seen("request", "https://words.example", "/"),
        Seen("local", "words.x", "/"),
    ):
        walk.meet(seen)
    assert list(judge(walk, declared(rules), SITE)) == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://shop.example", FOREIGN),
        ("shop", NOT_ONE.format("shop")),
        ("file:///etc/passwd", NOT_ONE.format("file:///etc/passwd")),
    ],
)  # fmt: skip
def test_it_walks_on_this_machine_only(rules: Active, address: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        crawl(address, rules.policy, Declared(*[{}] * 4, frozenset(), frozenset()))  # type: ignore[arg-type]  # never looked at
    assert str(error.value) == message


def test_without_playwright_it_says_so(rules: Active, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(ConfigurationError) as error:
        crawl(SITE, rules.policy, declared(rules))
    assert str(error.value) == (
        "a walk needs a browser, and Playwright is not installed"
        " (pip install upheld[crawl], and a Chromium)"
    )


def test_the_command_without_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crawl", "http://shop.example", "sites/service_studio/privacy"]) == 2
    assert capsys.readouterr().err == f"upheld: {FOREIGN}\n"
