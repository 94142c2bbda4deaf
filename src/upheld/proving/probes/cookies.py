"""Cookies: what is not declared, or not agreed to, never leaves; nothing lasts too long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http.cookies import Morsel

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from upheld.browser.names import leaves_choice
from upheld.datamap.active import Active
from upheld.policy.types import Cookie
from upheld.proving.probes.rogue import adding, rogue_site
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must

_UNDECLARED = "upheld-probe-undeclared"
_LONG = 3650 * 86400


@makes_probes
def cookies(active: Active) -> Iterator[Probe]:
    """One probe for each declared cookie, and one for those that nobody declared."""
    for rule in active.policy.cookies.values():
        yield Probe(
            f"cookies.{rule.id}",
            f"cookies.{rule.id}",
            f"have `{rule.id}` set without a yes, for other hosts, or for longer than declared",
            rule.says,
            partial(_held, rule=rule),
        )
    if active.policy.cookies:
        says = [id for rule in active.policy.cookies.values() for id in rule.says]
        yield Probe(
            "cookies.undeclared",
            "cookies",
            "set a cookie that the policy does not name, from any middleware or by hand",
            tuple(dict.fromkeys(says)),
            _undeclared,
        )


def _undeclared(ground: Ground) -> Finding:
    def by_hand(response: HttpResponse) -> None:
        response.headers["Set-Cookie"] = f"{_UNDECLARED}=1; Path=/"

    def by_django(response: HttpResponse) -> None:
        response.set_cookie(_UNDECLARED, "1")

    for outer in (False, True):
        for way in (by_hand, by_django):
            with rogue_site(outer=outer) as browser, adding(way):
                response = browser.get(reverse("upheld:notice"))
                left = response.headers.get("Set-Cookie", "")
                must(
                    _UNDECLARED not in response.cookies and _UNDECLARED not in left,
                    "a cookie that the policy does not name left the house",
                )
    return Finding("kept", "no middleware could set it, neither by Django nor by hand")


def _held(ground: Ground, rule: Cookie) -> Finding:
    name = rule.id.replace("*", "probe")
    purpose = ground.active.policy.purposes[rule.purpose]
    if not leaves_choice(purpose):
        _within(rule, _given(name, lambda browser: None))
        return Finding("kept", "for this host alone, and for no longer than declared")
    if purpose.default != "in":
        must(_given(name, lambda browser: None) is None, "it is set though nobody agreed")
    refused = _given(name, lambda browser: _choose(browser, rule.purpose, "no"))
    must(refused is None, "it is set for somebody who said no")
    signalled = _given(name, lambda browser: browser.defaults.update(HTTP_SEC_GPC="1"))
    must(signalled is None, "it is set though the browser sends Global Privacy Control")
    _within(rule, _given(name, lambda browser: _choose(browser, rule.purpose, "yes")))
    must(_ended(name, rule.purpose), "it stays in the browser after the withdrawal")
    return Finding("kept", "only with a yes, for this host alone, ended by a no and by GPC")


def _within(rule: Cookie, cookie: Morsel[str] | None) -> None:
    must(cookie is not None, "it does not leave though it is declared and allowed")
    if cookie is None:
        return
    must(not cookie["domain"], "it goes to other hosts too")
    must(cookie["samesite"], "it goes along with requests of other sites")
    lasts = int(cookie["max-age"] or 0)
    must(lasts <= rule.days * 86400, f"it lasts {lasts} seconds, declared are {rule.days} days")


def _given(name: str, before: Callable[[Client], None]) -> Morsel[str] | None:
    """The cookie as it leaves when the site's code tries hard to set it."""

    def add(response: HttpResponse) -> None:
        response.set_cookie(name, "probe", max_age=_LONG, domain=".upheld.example")

    with rogue_site() as browser:
        before(browser)
        with adding(add):
            return browser.get(reverse("upheld:notice")).cookies.get(name)


def _ended(name: str, purpose: str) -> bool:
    """Whether a browser that still has the cookie is told to end it after a withdrawal."""
    with rogue_site() as browser:
        _choose(browser, purpose, "yes")
        browser.cookies[name] = "probe"
        _choose(browser, purpose, "no")
        browser.cookies[name] = "probe"
        told = browser.get(reverse("upheld:notice")).cookies.get(name)
        return told is not None and str(told["max-age"]) == "0"


def _choose(browser: Client, purpose: str, answer: str) -> None:
    done = browser.post(reverse("upheld:choices"), {purpose: answer})
    must(done.status_code < 400, f"choosing answers {done.status_code}")
