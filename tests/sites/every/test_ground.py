"""What is true of every site: it starts, migrates, lints, checks, proves."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.frame.brand import brand
from sites.frame.demonstration import Demo
from sites.frame.people.doors import desks_of
from sites.frame.samples.inventing import invent
from sites.frame.samples.making import samples
from tests import migrated
from tests.proving.conftest import protect
from upheld.context import purpose
from upheld.datamap.active import active
from upheld.notice.lint import lint
from upheld.notice.sources import read_folder
from upheld.proving.requirements import by_requirement
from upheld.proving.run import prove

pytestmark = pytest.mark.django_db


def test_it_checks_clean() -> None:
    assert [str(each) for each in run_checks() if not each.is_silenced()] == []


def test_its_promises_have_rules_and_its_rules_are_announced() -> None:
    folder = Path(settings.UPHELD["PRIVACY_DIR"])
    errors = [str(each) for each in lint(read_folder(folder)) if each.severity == "error"]
    assert errors == []


def test_every_change_of_a_model_has_its_migration() -> None:
    assert migrated.not_written_down() == ""


def test_no_promise_is_broken() -> None:
    with transaction.atomic():
        protect()
        proofs = tuple(prove(record=False))
        transaction.set_rollback(True)
    broken = [(p.probe.id, p.finding.detail) for p in proofs if p.finding.result == "broken"]
    assert broken == []
    assert {row.id for row in by_requirement(proofs)} == set(active().register.requirements)


def test_its_demo_says_what_it_needs() -> None:
    demo = import_module(f"sites.{brand().site}.demo").DEMO
    assert isinstance(demo, Demo)


def test_every_menu_leads_to_a_page_that_leads_to_the_notice(visitor: Client) -> None:
    routes = ["home", "people:join", "people:sign-in", "people:password-reset"]
    routes += [link.route for link in (*brand().menu, *brand().more)]
    for route in routes:
        page = visitor.get(reverse(route), follow=True)
        assert page.status_code == 200, route
        assert 'href="/privacy/"' in page.content.decode(), route


def test_a_page_sets_no_cookie_that_the_policy_does_not_declare(visitor: Client) -> None:
    page = visitor.get("/")
    visitor.get("/join/")
    visitor.post("/theme/", {"theme": "dark", "next": "/"})
    assert set(visitor.cookies) <= set(active().policy.cookies)
    assert settings.THEME_COOKIE in visitor.cookies
    assert "data-theme" not in page.content.decode()
    assert 'data-theme="dark"' in visitor.get("/").content.decode()


def test_a_strange_theme_or_place_to_go_back_to_is_not_taken(visitor: Client) -> None:
    answer = visitor.post("/theme/", {"theme": "<b>", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert visitor.cookies[settings.THEME_COOKIE].value == ""


def test_an_unknown_page_is_ours(visitor: Client) -> None:
    page = visitor.get("/nothing-here/")
    assert page.status_code == 404
    assert brand().name in page.content.decode()


def test_every_desk_belongs_to_a_post_of_the_policy() -> None:
    posts = frozenset(active().policy.posts)
    desks = desks_of(posts)
    assert len(desks) >= 2
    assert {desk.post for desk in desks} <= posts


def test_the_same_seed_makes_the_same_people() -> None:
    said = StringIO()
    with purpose("upkeep"):
        call_command("sample_data", "--people", "12", stdout=said)
        made = set(User.objects.values_list("email", flat=True))
        with pytest.raises(CommandError, match="has people already"):
            call_command("sample_data", "--people", "12")
    assert "members: 12" in said.getvalue()
    assert f"member@{brand().host}" in made
    assert all(email.endswith(".example") for email in made)
    first = invent(Random(7), samples().names, 1, timezone.now())
    assert first == replace(
        invent(Random(7), samples().names, 1, timezone.now()), since=first.since
    )
    call_command("demo_logins", stdout=said)
    assert "Sign in at /sign-in/ with the password" in said.getvalue()
