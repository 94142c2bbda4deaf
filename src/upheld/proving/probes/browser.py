"""The browser as a whole: signals, pages without cookies, the inventory, links away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from upheld.browser.declared import declared
from upheld.browser.inventory import inventory
from upheld.browser.links import link
from upheld.datamap.active import Active
from upheld.policy.types import Policy
from upheld.proving.probes.rogue import adding, rogue_site
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must


@makes_probes
def browser(active: Active) -> Iterator[Probe]:
    """What the rules of the browser need together, and the measures that speak of it."""
    policy = active.policy
    said = tuple(
        dict.fromkeys(
            id
            for section in (policy.cookies, policy.storage, policy.embeds)
            for rule in section.values()
            for id in rule.says
        )
    )
    if policy.cookies or policy.storage or policy.embeds:
        yield Probe(
            "browser.inventory", "cookies",
            "find a cookie, key or outside service that the list of them leaves out", said,
            _inventory,
        )  # fmt: skip
    if declared(active).governed:
        yield Probe(
            "browser.signal", "cookies",
            "send Global Privacy Control and not have it counted as a refusal", said, _signal,
        )  # fmt: skip
    for measure, title, attempt in (
        ("works_without_cookies", "be turned away without cookies", _without),
        ("first_party_cookies", "have a cookie read by another host", _first_party),
        ("outside_links", "be led away without a mark, or with an address told", _links),
    ):
        if measure in policy.measures:
            says = policy.measures[measure].says
            yield Probe(f"browser.{measure}", f"measures.{measure}", title, says, partial(attempt))


def _inventory(ground: Ground) -> Finding:
    with rogue_site() as visitor:
        page = visitor.get(reverse("upheld:choices")).content.decode()
    listed = inventory(ground.active.policy)
    entries = (*listed.cookies, *listed.storage, *listed.outside)
    for entry in entries:
        must(f"<code>{escape(entry.name)}</code>" in page, f"`{entry.name}` is not listed")
    must("cannot run programs" in page, "nothing says what a cookie is")
    return Finding("kept", f"{len(entries)} entries, each with its reason and how long it stays")


def _signal(ground: Ground) -> Finding:
    with rogue_site() as visitor:
        answer = visitor.get(reverse("upheld:gpc"))
        must(answer.json().get("gpc") is True, "the site does not say that it heeds the signal")
        told = visitor.get(
            reverse("upheld:choices"), {"format": "json"}, headers={"Sec-GPC": "1"}
        ).json()
        must(told["signal"] == "gpc", "the signal is not noticed")
        for id in declared(ground.active).governed & told["choices"].keys():
            must(not told["choices"][id], f"`{id}` is allowed in spite of the signal")
        page = visitor.get(reverse("upheld:choices"), headers={"Sec-GPC": "1"}).content.decode()
        must("Global Privacy Control" in page, "the page of choices does not show it")
    return Finding("kept", "said in gpc.json, counted as a no, and shown as honoured")


def _without(ground: Ground) -> Finding:
    pages = (reverse("upheld:notice"), reverse("upheld:choices"), "/")
    for page in pages:
        with rogue_site() as visitor:  # a new browser each time keeps no cookie
            answer = visitor.get(page, follow=True)
            must(answer.status_code == 200, f"`{page}` answers {answer.status_code}")
    explained = _explained(Client(headers={"host": visitor.defaults["HTTP_HOST"]}))
    must(explained, "nothing says what does not work without cookies")
    return Finding("kept", f"{', '.join(pages)} open, and it is said what needs cookies")


def _explained(visitor: Client) -> bool:
    page = visitor.get(reverse("upheld:choices")).content.decode()
    return "need the cookies that are marked" in page


def _first_party(ground: Ground) -> Finding:
    policy: Policy = ground.active.policy
    names = [id for id in policy.cookies if not id.endswith("*")]

    def add(response: HttpResponse) -> None:
        for name in names:
            response.set_cookie(name, "probe", domain=".upheld.example", samesite=None)

    with rogue_site() as visitor, adding(add):
        left = visitor.get(reverse("upheld:notice")).cookies
    for name in names:
        if name in left:
            must(not left[name]["domain"], f"`{name}` can be read by other hosts")
            must(left[name]["samesite"], f"`{name}` goes along with requests of other sites")
    must(any(name in left for name in names), "no cookie could be tried")
    return Finding("kept", "every cookie is for the host that set it")


def _links(ground: Ground) -> Finding:
    away = link("https://upheld-probe.example/page", "Elsewhere")
    must("noreferrer" in away, "the other site is told where the visitor came from")
    must("upheld-outside" in away, "the link is not marked")
    must("privacy statement of its own" in away, "it does not speak of the other site's statement")
    home = link("/privacy/", "Here")
    must("upheld-outside" not in home, "a link within the site is marked as leading away")
    return Finding("kept", "links away are marked, point to the other statement, and tell nothing")
