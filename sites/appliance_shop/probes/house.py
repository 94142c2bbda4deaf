"""The house as a visitor sees it: the notice in reach, the mailboxes, the cookies, no trace."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import connections
from django.urls import reverse
from oscar.core.loading import get_model

from sites.appliance_shop.probes.shopper import Shopper
from sites.appliance_shop.probes.stage import (
    PASSWORD,
    SYSTEM,
    Guest,
    canary,
    everything,
    make_member,
    make_product,
)
from sites.appliance_shop.probes.till import open_till
from sites.appliance_shop.storefront.policies import REFUND, SHIPPING
from upheld.context import purpose
from upheld.guard.escape import raw
from upheld.policy.types import UPKEEP
from upheld.proving.outbox import caught
from upheld.proving.registry import Finding, Ground, must, probe

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TRAILS = ("UserRecord", "UserProductView", "UserSearch")


@probe(
    "shop.notice-everywhere",
    rule="controller",
    title="enter the shop, join, buy or write to us without the notice in reach",
    says=("everyone", "when", "who-we-are"),
)
def notice_everywhere(ground: Ground) -> Finding:
    visitor = Shopper()
    visitor.fill_basket(make_product())
    link = f'href="{reverse("upheld:notice")}"'
    paths = _entrances()
    for path in paths:
        must(link in visitor.text(path), f"`{path}` does not lead to the notice")
    notice = visitor.text(reverse("upheld:notice"))
    must(ground.active.policy.controller.hosts[0] in notice, "the notice does not say whose it is")
    return Finding("kept", f"{len(paths)} ways in lead to it")


@probe(
    "shop.three-mailboxes",
    rule="contacts.support",
    title="find an address of the shop beside the three official ones",
    says=("three-mailboxes",),
)
def three_mailboxes(ground: Ground) -> Finding:
    official = {contact.value for contact in ground.active.policy.contacts.values()}
    visitor = Shopper()
    page = visitor.text(reverse("contact"))
    must(set(ADDRESS.findall(page)) == official, "the contact page shows others, or not all")
    visitor.fill_basket(make_product())
    for path in _entrances():
        others = set(ADDRESS.findall(visitor.text(path))) - official
        must(not others, f"`{path}` shows {sorted(others)}")
    user, guest = make_member()
    with open_till() as till:
        Shopper(user).bought(make_product(), guest, till)
    visitor.post(reverse("password-reset"), {"email": guest.email})
    must(len(caught()) > 1, "no mail was sent to look at")
    for mail in caught():
        seen = set(ADDRESS.findall(f"{mail.from_email} {mail.body} {mail.subject}"))
        must(seen - {guest.email} <= official, f"a mail shows {sorted(seen - official)}")
        must("example.com" not in str(mail.body), "a mail names another host than the shop's")
    return Finding("kept", f"pages and {len(caught())} mails show these three and no others")


@probe(
    "shop.policies",
    rule="purposes.order_fulfilment",
    title="buy without the Shipping and Refund Policies in reach",
    says=("order-service",),
)
def policies(ground: Ground) -> Finding:
    visitor = Shopper()
    notice = visitor.text(reverse("upheld:notice"))
    paths = {reverse("shipping-policy"): SHIPPING, reverse("refund-policy"): REFUND}
    for path, policy in paths.items():
        must(policy.version in visitor.text(path), f"`{path}` does not say its version")
        must(path in notice, f"the notice does not lead to `{path}`")
    with open_till():
        visitor.fill_basket(make_product())
        guest = Guest()
        visitor.say_who(guest.email)
        visitor.say_where(guest.delivery())
        visitor.say_how()
        review = visitor.text(reverse("checkout:preview"))
    for path in paths:
        must(f'href="{path}"' in review, f"the review page does not lead to `{path}`")
    return Finding("kept", "both are there, dated, and linked from the notice and the checkout")


@probe(
    "shop.own-cookies",
    rule="cookies.hh_session",
    title="be given a cookie that the notice does not name, or for longer than it says",
    says=("own-cookies",),
)
def own_cookies(ground: Ground) -> Finding:
    declared = ground.active.policy.cookies
    visitor = Shopper()
    visitor.fill_basket(make_product())
    for path in (*_entrances(), make_product().get_absolute_url(), "/search/?q=kettle"):
        visitor.get(path)
    visitor.post(reverse("choose-theme"), {"theme": "dark", "next": "/"})
    _, guest = make_member()
    sent = {"login-username": guest.email, "login-password": PASSWORD}
    must(visitor.post(reverse("customer:login"), sent).status_code == 302, "signing in fails")
    visitor.get(reverse("upheld:me"))
    visitor.post(reverse("preferences"), {"tell": "colour:sage"})
    for name, cookie in visitor.cookies.items():
        must(name in declared, f"the cookie `{name}` is not announced")
        longest = timedelta(days=declared[name].days)
        lasts = timedelta(seconds=int(cookie["max-age"] or 0))
        must(lasts <= longest, f"the cookie `{name}` lasts {lasts}, announced are {longest}")
    return Finding("kept", f"{', '.join(sorted(visitor.cookies))}: all announced, none longer")


@probe(
    "shop.no-trace",
    rule="data.technical.visit",
    title="find a visitor's address, browser or path in the database",
    says=("anonymous-at-once", "not-matched"),
)
def no_trace(ground: Ground) -> Finding:
    browser, where = f"Browser/{canary()}", "203.0.113.77"
    user, _ = make_member()
    words = canary().lower()
    for shopper in (Shopper(), Shopper(user)):
        shopper.defaults |= {"HTTP_USER_AGENT": browser, "REMOTE_ADDR": where}
        for path in (*_entrances(with_basket=False), make_product().get_absolute_url()):
            shopper.get(path)
        shopper.get("/search/", {"q": words})
    for trace in (browser, where, words):
        found = _anywhere(ground.using, trace)
        must(not found, f"`{found}` keeps what a visitor's browser sent")
    with everything():
        for name in TRAILS:
            rows = get_model("analytics", name).objects.filter(user=user)
            must(not rows.exists(), f"`analytics.{name}` keeps what a member looked at")
    return Finding("kept", "a visitor and a member left no address, browser, search or path")


def _entrances(*, with_basket: bool = True) -> tuple[str, ...]:
    """Where people come in: looking, joining, signing in, writing, and (with one) buying."""
    names = ["home", "about", "contact", "customer:register", "customer:login", "search:search"]
    if with_basket:
        names += ["basket:summary", "checkout:index"]
    return tuple(reverse(name) for name in names)


def _anywhere(using: str, trace: str) -> str:
    """Return the first column of the database that holds `trace` in clear, or empty text."""
    connection = connections[using]
    quote = connection.ops.quote_name
    with (
        purpose(UPKEEP, actor=SYSTEM, place="probe"),
        raw("search all tables for a visitor's trace"),
        connection.cursor() as cursor,
    ):
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name: Any = quote(column.name)
                cursor.execute(
                    f"SELECT 1 FROM {quote(table)} "  # noqa: S608 - names come from the database itself
                    f"WHERE CAST({name} AS text) LIKE %s LIMIT 1",
                    [f"%{trace}%"],
                )
                if cursor.fetchone():
                    return f"{table}.{column.name}"
    return ""
