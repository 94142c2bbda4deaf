"""Visits on the running site: try to find a visitor in what is stored of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.db import models
from django.urls import get_resolver, reverse
from django.urls.resolvers import ResolverMatch

from upheld.browser.visits import moments, salts
from upheld.browser.visits.buffer import apart
from upheld.browser.visits.models import Visit, VisitCell, VisitSalt
from upheld.browser.visits.pages import page_of
from upheld.browser.visits.rolling import REST, totals_of
from upheld.browser.visits.rules import Rule, rule_in_force
from upheld.browser.visits.seeing import secret
from upheld.browser.visits.seen import Seen
from upheld.browser.visits.writing import write
from upheld.datamap.active import Active
from upheld.proving.registry import Finding, Ground, Probe, makes_probes, must
from upheld.proving.synthetic import person
from upheld.proving.visitor import (
    ADDRESSES,
    AGENT,
    HOSTILE,
    TABLES,
    anywhere,
    as_stored,
    browser,
    look,
    routes,
)


@makes_probes
def visits(active: Active) -> Iterator[Probe]:
    """The probes of a site that counts visits."""
    rule = rule_in_force()
    if rule is None:
        return
    policy = active.policy
    data = f"data.{rule.category}"
    told = policy.data[rule.category].says
    uses = (*policy.purposes[rule.purpose].says, *policy.visits.says)
    for name, where, title, says, attempt in (
        ("counted", "visits", "open a page that is not counted", uses, _counted),
        ("address", data, "find a visitor's address or browser in what is stored", told, _address),
        ("account", data, "find who was signed in, or a session, by a view", told, _account),
        ("time", data, "tell views of one hour apart by their time or order", told, _time),
        ("path", data, "get a number, a token or a mail address stored as a page", told, _path),
        ("number", data, "find a visit again by its cookie, or by what is joined", told, _number),
        ("signal", "visits", "leave something though the browser refuses", uses, _signal),
        ("salt", data, "find the salt of another day than today", told, _salt),
        ("groups", f"purposes.{rule.purpose}", "read of a group of few", uses, _groups),
        ("kept", "visits.keep", "find a view that is kept too long", told, _kept),
        ("readers", f"purposes.{rule.purpose}", "read the report without the post", uses, _readers),
    ):
        yield Probe(f"visits.{name}", where, title, tuple(dict.fromkeys(says)), attempt)


def _counted(ground: Ground) -> Finding:
    found = look(ground.using)
    must(len(found.rows) == 2, "a page was shown and not counted: is `VisitsMiddleware` there?")
    return Finding("kept", "two pages were shown, two views were written")


def _address(ground: Ground) -> Finding:
    canary = f"zq{secrets.token_hex(6)}"
    agent = f"{AGENT} {canary}"
    for address in ADDRESSES:
        found = look(
            ground.using, address, HTTP_USER_AGENT=agent, HTTP_X_FORWARDED_FOR="192.0.2.77"
        )
        must(found.rows, "no view was written to look at")
        for trace in (address, address.removeprefix("::ffff:"), "192.0.2.77", canary, "Macintosh"):
            must(trace not in found.stored, "a visitor's address or browser is stored")
            must(trace not in found.waited, "a visitor's address or browser waits in memory")
    elsewhere = anywhere(ground.using, canary, *ADDRESSES[:2])
    must(not elsewhere, f"`{elsewhere}` keeps a visitor's address or browser")
    return Finding("kept", f"{len(ADDRESSES)} addresses and a browser, in no table of the site")


def _account(ground: Ground) -> Finding:
    who = person(ground.using, with_rows=True)
    found = look(ground.using, user=who.user)
    must(found.rows, "no view was written to look at")
    for name, value in found.cookies.items():
        must(value not in found.stored, f"the value of the cookie `{name}` is stored")
    for trace in (who.canary, who.subject, *HOSTILE[:3]):
        must(trace not in found.stored, "a view leads to an account, an order or a letter")
    for model in TABLES:
        for column in model._meta.get_fields():
            must(not column.is_relation, f"`{model._meta.db_table}` and other rows are linked")
    pointing = {
        other._meta.label
        for other in apps.get_models(include_auto_created=True)
        for column in other._meta.get_fields()
        if column.is_relation and column.related_model in TABLES
    }
    must(not pointing, f"`{', '.join(sorted(pointing))}` points at views")
    return Finding("kept", f"of a member with {len(who.made)} rows nothing is in a view")


def _time(ground: Ground) -> Finding:
    for model in TABLES:
        for column in model._meta.concrete_fields:
            fine = isinstance(column, models.DateTimeField | models.TimeField)
            must(not fine, f"`{model._meta.db_table}.{column.column}` keeps a time")
    must(not isinstance(Visit._meta.pk, models.AutoField), "views are numbered as they come")
    day, hour = moments.now()
    pages = [f"{number:03}" for number in range(64)]
    stored = as_stored(ground.using, [Seen(day, hour, "view", page) for page in pages])
    must(sorted(stored) == pages, "the views were not written as they are")
    must(stored not in (pages, pages[::-1]), "views lie in the order in which they came")
    hours = {row["hour"] for row in look(ground.using).rows}
    must(hours <= set(range(24)), "a view says more of the time than its hour")
    return Finding("kept", f"{len(pages)} views of one hour cannot be told apart by time")


def _path(ground: Ground) -> Finding:
    rule = _rule()
    tried = 0
    for match in routes(get_resolver()):
        for value in HOSTILE:
            given = ResolverMatch(
                match.func,
                (),
                dict.fromkeys(match.kwargs, value),
                url_name=match.url_name,
                namespaces=[*match.namespaces],
                route=match.route,
            )
            must(value not in page_of(given, rule), f"`{match.view_name}` stores `{value}`")
            tried += 1
    found = look(ground.using)
    must(found.rows, "no view was written to look at")
    for value in HOSTILE:
        must(value not in found.stored, "what stood in an address or a referrer is stored")
    return Finding("kept", f"{tried} addresses of pages, no number, token or mail address kept")


def _number(ground: Ground) -> Finding:
    rule = _rule()
    found = look(ground.using)
    numbers = {row["visit"] for row in found.rows}
    if not rule.cookie:
        must(numbers <= {None}, "views are tied together though the policy names no cookie")
        return Finding("kept", "views are not tied together")
    value = found.cookies.get(rule.cookie, "")
    must(len(numbers) == 1 and None not in numbers and value, "a visit has no number")
    for key in (b"", secret()):
        made = salts.digest(value.encode(), key) >> 1
        must(made not in numbers, "the number of a visit can be made again without the salt")
    VisitSalt.objects.using(ground.using).all().delete()
    again = look(ground.using, HTTP_COOKIE=f"{rule.cookie}={value}")
    under_another = {row["visit"] for row in again.rows}
    must(not under_another & numbers, "under another salt the cookie leads to the same visit")
    return Finding("kept", "the number is random, and lost with the salt of its day")


def _signal(ground: Ground) -> Finding:
    name = _rule().cookie
    for header in ("HTTP_SEC_GPC", "HTTP_DNT"):
        found = look(ground.using, **{header: "1"})
        must(not found.rows and found.waited == "[]", f"a view with `{header}` was counted")
        must(not found.script, f"a page shown with `{header}` brings the script")
        must(not name or name not in found.cookies, f"`{name}` was set in spite of `{header}`")
    return Finding("kept", "with either signal nothing was counted, set or loaded")


def _salt(ground: Ground) -> Finding:
    today = moments.now().day
    rows = VisitSalt.objects.using(ground.using)
    old = rows.filter(day__lt=today - timedelta(days=1)).exists()
    must(not old, "a salt of an earlier day is still there: run `manage.py upheld sweep` daily")
    for away in (-1, 1):
        day = today + timedelta(days=away)
        rows.bulk_create([VisitSalt(day=day, salt="00" * 32)], ignore_conflicts=True)
    look(ground.using)
    left = set(rows.values_list("day", flat=True))
    must(left == {today}, "the first view of a day leaves the salt of another")
    return Finding("kept", "one salt, of today; the first view of a day destroys every other")


def _groups(ground: Ground) -> Finding:
    rule = _rule()
    day, hour = moments.now()
    few, many = f"few-{secrets.token_hex(4)}", f"many-{secrets.token_hex(4)}"
    seen = [
        Seen(day, hour, "view", page, visitor=secrets.token_bytes(16))
        for page, visitors in ((few, rule.minimum_group - 1), (many, rule.minimum_group * 3))
        for _ in range(visitors)
    ]
    # As many views as would do, all by the same visitor.
    seen += [one for one in seen if one.page == few][:1] * rule.minimum_group
    write(seen, using=ground.using)
    shown = {row.value for row in totals_of(day, rule, ground.using) if row.measure == "page"}
    must(few not in shown, f"a page that fewer than {rule.minimum_group} visitors saw is shown")
    must(many in shown, "a page that enough visitors saw is not shown")
    must(rule.minimum_group == 1 or REST in shown, "what was left out is not said")
    return Finding("kept", f"groups of fewer than {rule.minimum_group} visitors are not shown")


def _kept(ground: Ground) -> Finding:
    rule = _rule()
    today = moments.now().day
    # A day's grace: the sweep runs once a day.
    oldest = rule.oldest(today) - timedelta(days=1)
    late = Visit.objects.using(ground.using).filter(day__lt=oldest).count()
    must(not late, f"{late} views are kept longer than {rule.keep}")
    cells = VisitCell.objects.using(ground.using).filter(day__lt=today - timedelta(days=1))
    must(not cells.exists(), "days that are over were not summed up")
    return Finding("kept", f"no view is kept longer than {rule.keep} after its day")


def _readers(ground: Ground) -> Finding:
    rule = _rule()
    must(rule.posts, "no post is named: nobody can be held to what the report is for")
    path = reverse("upheld:console-visits")
    for user in (None, person(ground.using).user):
        with apart():
            answer = browser(user=user).get(path)
        must(answer.status_code in (302, 403), f"the report answers {answer.status_code}")
    posts = ", ".join(f"`{post}`" for post in sorted(rule.posts))
    return Finding("kept", f"visitors and members are turned away; it is for {posts}")


def _rule() -> Rule:
    rule = rule_in_force()
    must(rule, "no purpose may write visits any more")
    assert rule is not None
    return rule
