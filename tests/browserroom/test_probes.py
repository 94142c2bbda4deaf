"""The probes of the browser find each promise kept, and see each protection taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.test import override_settings

from tests.browserroom.conftest import FIRST
from tests.proving.conftest import found
from upheld.browser import checks, middleware
from upheld.browser.cookies import Gate
from upheld.browser.csp import Settled
from upheld.browser.inventory import Inventory
from upheld.conf import conf
from upheld.datamap.active import Active
from upheld.datamap.active import override as governed_by
from upheld.policy.types import Measure

Patch = pytest.MonkeyPatch
MEASURES = ("works_without_cookies", "first_party_cookies", "outside_links")


@pytest.fixture(autouse=True)
def _measures(rules: Active) -> Any:
    policy = replace(
        rules.policy, measures={id: Measure(id, says=("what-we-hold",)) for id in MEASURES}
    )
    with governed_by(policy=policy) as now:
        yield now


@pytest.mark.parametrize(
    "probe",
    [
        "cookies.sessionid", "cookies.taste", "cookies.words_*", "cookies.undeclared",
        "embeds.words", "embeds.words.placeholder", "browser.inventory", "browser.signal",
        "browser.first_party_cookies", "browser.works_without_cookies", "browser.outside_links",
    ],
)  # fmt: skip
def test_they_are_kept(probe: str) -> None:
    finding = found(probe)
    assert finding.result == "kept", finding.detail


@dataclass(frozen=True)
class Sabotage:
    """How to break one promise, and what the probe then says."""

    probe: str
    detail: str
    patch: Callable[[Patch], None]


def everything_passes(patch: Patch) -> None:
    patch.setattr(Gate, "_passed", lambda self, line: line)


def consent_is_ignored(patch: Patch) -> None:
    patch.setattr(Gate, "_passed", lambda self, line: _fitted(self, line))


def _fitted(self: Any, line: Any) -> Any:
    self._chosen = lambda purpose: True
    return _passed(self, line)


_passed = Gate._passed


def nothing_is_ended(patch: Patch) -> None:
    patch.setattr(Gate, "end_refused", lambda self, response: None)


def no_content_policy(patch: Patch) -> None:
    patch.setattr(middleware, "_settle_csp", lambda *given, **named: None)


def links_are_kept(patch: Patch) -> None:
    patch.setattr(middleware, "_settle_links", lambda *given, **named: None)


def undeclared_origins_stay(patch: Patch) -> None:
    patch.setattr(middleware, "settled", lambda text, **named: Settled(text, ()))


def empty_list(patch: Patch) -> None:
    from upheld.templatetags import upheld_browser

    patch.setattr(upheld_browser.listed, "inventory", lambda policy: Inventory((), (), ()))


def silent_placeholder(patch: Patch) -> None:
    loader = engines["django"].engine.template_loaders[0]
    real = loader.get_template

    def other(name: str, skip: Any = None) -> Any:
        if name == "upheld/browser/embed.html":
            return engines["django"].engine.from_string("Wordbridge, an outside service")
        return real(name, skip)

    patch.setattr(loader, "get_template", other)


def unmarked_links(patch: Patch) -> None:
    from upheld.browser import links

    patch.setattr(links, "is_outside", lambda address: False)


UNNAMED = "a cookie that the policy does not name left the house"
OTHERS = "`sessionid` can be read by other hosts"
UNTOLD = "it does not say that data may be gathered"
REFERRED = "the other site is told where the visitor came from"
SABOTAGE = (
    Sabotage(
        "cookies.undeclared",
        UNNAMED,
        everything_passes,
    ),
    Sabotage("cookies.sessionid", "it goes to other hosts too", everything_passes),
    Sabotage("cookies.taste", "it is set though nobody agreed", consent_is_ignored),
    Sabotage("cookies.taste", "it stays in the browser after the withdrawal", nothing_is_ended),
    Sabotage("browser.first_party_cookies", OTHERS, everything_passes),
    Sabotage("embeds.words", "an undeclared origin may be loaded", no_content_policy),
    Sabotage("embeds.words", "an undeclared origin may be loaded", links_are_kept),
    Sabotage("embeds.words", "an undeclared origin may be loaded", undeclared_origins_stay),
    Sabotage("embeds.words.placeholder", UNTOLD, silent_placeholder),
    Sabotage("browser.inventory", "`sessionid` is not listed", empty_list),
    Sabotage(
        "browser.outside_links",
        REFERRED,
        unmarked_links,
    ),
)


@pytest.mark.parametrize("sabotage", SABOTAGE, ids=lambda s: f"{s.probe}-{s.patch.__name__}")
def test_a_protection_taken_away_is_seen(sabotage: Sabotage, monkeypatch: Patch) -> None:
    sabotage.patch(monkeypatch)
    finding = found(sabotage.probe)
    assert (finding.result, finding.detail) == ("broken", sabotage.detail)


ENFORCED = ("cookies.undeclared", "cookies.taste", "embeds.words", "browser.signal")


@pytest.mark.parametrize("probe", ENFORCED)
def test_a_gate_that_is_gone_is_seen(probe: str) -> None:
    stack = [name for name in settings.MIDDLEWARE if name != FIRST]
    with override_settings(MIDDLEWARE=stack):
        assert found(probe).result == "broken"


@pytest.mark.parametrize("probe", ["cookies.undeclared", "browser.signal"])
def test_a_gate_that_stands_too_late_is_seen(probe: str) -> None:
    stack = [name for name in settings.MIDDLEWARE if name != FIRST]
    with override_settings(MIDDLEWARE=[*stack, FIRST]):
        assert found(probe).result == "broken"


@pytest.mark.parametrize("probe", ENFORCED)
def test_observing_is_no_protection(probe: str, monkeypatch: Patch) -> None:
    observing = replace(conf(), MODE="observe")
    for module in (middleware, checks):
        monkeypatch.setattr(module, "conf", lambda: observing)
    assert found(probe).result == "broken"
