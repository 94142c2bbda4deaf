"""Content from outside: asked for by a placeholder, loaded after a yes, gone after a no."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.html import escape

from upheld.browser.csp import FETCHING, HEADER, parse
from upheld.browser.declared import declared
from upheld.datamap.active import Active
from upheld.policy.types import Embed
from upheld.proving.probes.rogue import adding, rogue_site
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must

_PAGE = "{% load upheld_browser %}{% embed id %}"
_OTHER = "https://upheld-probe.example"


@makes_probes
def embeds(active: Active) -> Iterator[Probe]:
    """Two probes for each embed: whether pages may load it, and what they show instead."""
    for embed in active.policy.embeds.values():
        yield Probe(
            f"embeds.{embed.id}",
            f"embeds.{embed.id}",
            f"load from `{embed.origin}` before a yes, with a signal, or after a withdrawal",
            embed.says,
            partial(_waits, id=embed.id),
        )
        yield Probe(
            f"embeds.{embed.id}.placeholder",
            f"embeds.{embed.id}",
            "be asked without being told who is behind it and what it may gather",
            embed.says,
            partial(_tells, id=embed.id),
        )


def _waits(ground: Ground, id: str) -> Finding:
    embed = declared(ground.active).embeds[id]
    with rogue_site() as browser:
        must(not _listed(browser, embed), "pages may load it though nobody agreed")
        _choose(browser, embed, "yes")
        must(_listed(browser, embed), "it stays shut after a yes")
        signal = Client(headers={"host": browser.defaults["HTTP_HOST"], "Sec-GPC": "1"})
        must(not _listed(signal, embed), "Global Privacy Control does not keep it out")
        _choose(browser, embed, "no")
        must(not _listed(browser, embed), "pages may load it after the withdrawal")
    return Finding("kept", "one origin more after a yes, none before it and none after a no")


def _listed(browser: Client, embed: Embed) -> bool:
    """Whether a page may load from the origin, or browsers are sent there ahead of use, when
    the site's own code lists it. An origin that nobody declared must never be."""

    def add(response: HttpResponse) -> None:
        wide = f"{embed.origin} {_OTHER}"
        response.headers[HEADER] = f"default-src 'self'; script-src 'self' {wide}; frame-src {wide}"
        response.headers["Link"] = f"<{embed.origin}>; rel=preconnect, <{_OTHER}>; rel=preconnect"

    with adding(add):
        response = browser.get(reverse("upheld:notice"))
    loads = [
        word
        for name, words in parse(response.headers.get(HEADER, "default-src *")).items()
        if name in FETCHING
        for word in words
    ]
    link = response.headers.get("Link", "")
    must("*" not in loads, "pages may load from anywhere: there is no content policy")
    must(_OTHER not in loads and _OTHER not in link, "an undeclared origin may be loaded")
    return embed.origin in loads or embed.origin in link


def _choose(browser: Client, embed: Embed, answer: str) -> None:
    done = browser.post(reverse("upheld:choices"), {embed.purpose: answer})
    must(done.status_code < 400, f"choosing answers {done.status_code}")


def _tells(ground: Ground, id: str) -> Finding:
    embed = declared(ground.active).embeds[id]
    request = RequestFactory().get("/")
    page = engines["django"].from_string(_PAGE).render({"id": id}, request)
    words = " ".join(page.split())
    must(embed.origin not in page, "the placeholder already leads to the outside service")
    name = escape(embed.name or embed.origin.partition("//")[2])
    must(name in words, "it does not say whose service it is")
    must("an outside service" in words, "it does not say that the service is a third party's")
    must("may gather data" in words, "it does not say that data may be gathered")
    must(reverse("upheld:notice") in words, "it does not lead to the notice")
    must(f'name="{embed.purpose}" value="yes"' in words, "it cannot be agreed to without a script")
    return Finding("kept", "it names the service, says what it may gather, and leads to the notice")
