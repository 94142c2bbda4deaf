"""A clerk sets the second factor up alone, and nobody else does it for them."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client

from upheld.context import Actor, purpose
from upheld.pages import fresh, second_factor
from upheld.sealing import is_sealed

pytestmark = pytest.mark.django_db
PAGE = "/privacy/console/second-factor/set-up/"
CONSOLE = "/privacy/console/"
MAKER = Actor("system", "system:test")


def browser(post: str = "privacy", *, password_shown: bool = True) -> Client:
    with purpose("rights", actor=MAKER):
        user = User.objects.create_user(post or "somebody", email="ines@house.example")
        if post:
            user.is_staff = True
            user.save()
            user.groups.add(Group.objects.get_or_create(name=f"post:{post}")[0])
    client = Client()
    with purpose("authentication", actor=MAKER):
        client.force_login(user)
        session = client.session
        if password_shown:
            session[fresh.SESSION_KEY] = time.time()
        session.save()
    return client


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def secret_on(client: Client) -> str:
    page = client.get(PAGE).content.decode()
    assert "<svg" in page
    found = re.search(r"The secret: <code>([A-Z2-7 ]+)</code>", page)
    assert found is not None, page
    return found[1].replace(" ", "")


def test_a_clerk_without_a_factor_sets_one_up_and_gets_in() -> None:
    ines = browser()
    missing = ines.get("/privacy/console/second-factor/")
    assert missing.status_code == 403
    assert f'href="{PAGE}"' in missing.content.decode()
    secret = secret_on(ines)
    assert secret_on(ines) == secret  # a page that is loaded again shows the same
    wrong = ines.post(PAGE, {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert "This code is not right. Is the clock of your phone right?" in wrong.content.decode()
    with purpose("authentication", actor=MAKER):
        assert not Authenticator.objects.exists()

    done = ines.post(PAGE, {"code": code_of(secret)})
    assert done.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<li><code>(\d+)</code></li>", done.content.decode())
    assert len(codes) == 10
    with purpose("authentication", actor=MAKER):
        kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert is_sealed(kept.data["secret"])
    assert ines.get(CONSOLE).status_code == 200
    (letter,) = mail.outbox
    assert letter.to == ["ines@house.example"]
    assert "a second factor was set up for your staff account" in letter.body
    assert second_factor.SESSION_KEY in ines.session


def test_a_password_alone_replaces_no_factor() -> None:
    ines = browser()
    ines.post(PAGE, {"code": code_of(secret_on(ines))})
    with purpose("authentication", actor=MAKER):
        session = ines.session
        del session[second_factor.SESSION_KEY]
        session.save()
    again = ines.get(PAGE)
    assert again.status_code == 302
    assert again.headers["Location"] == f"/privacy/console/second-factor/?next={PAGE}"


def test_the_password_is_asked_for_first_and_members_have_no_need() -> None:
    stale = browser(password_shown=False).get(PAGE)
    assert stale.headers["Location"].startswith("/privacy/me/fresh/")
    assert browser("").get(PAGE).status_code == 403
