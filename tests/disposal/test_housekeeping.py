from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.disposal.conftest import AT_ONCE, ENGINE, TODAY, bill, days_ago
from tests.project.clinic.models import Invoice
from upheld import keyring, rights
from upheld.context import purpose
from upheld.disposal import housekeeping
from upheld.disposal.models import Shell
from upheld.disposal.sweep import sweep
from upheld.errors import KeyDestroyed
from upheld.guard.models import SessionLink
from upheld.guard.sessions import SessionStore
from upheld.journal.models import Checkpoint
from upheld.keyring.models import SubjectKey

pytestmark = pytest.mark.django_db

USING = "default"


def age_keys() -> None:
    SubjectKey.objects.update(created_at=timezone.now() - timedelta(days=2))


def session(expires: timedelta) -> str:
    store = SessionStore()
    store["basket"] = "a kettle"
    store.save()
    with purpose("authentication", actor=ENGINE):
        Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + expires)
    return str(store.session_key)


def test_expired_sessions_go_with_their_links() -> None:
    dead, alive = session(timedelta(days=-1)), session(timedelta(days=1))
    SessionLink.objects.create(session=dead, subject="member:1")
    with purpose("upkeep", actor=ENGINE):
        assert housekeeping.expired_sessions(USING) == 1
        assert list(Session.objects.values_list("pk", flat=True)) == [alive]
    assert not SessionLink.objects.exists()


def test_keys_of_dead_sessions_are_destroyed_and_others_left() -> None:
    keyring.prepare(["session:dead", "member:77"])
    age_keys()
    with purpose("upkeep", actor=ENGINE):
        assert housekeeping.keys_of_the_gone(USING) == 1
    assert [owner for _, owner in keyring.keys_of(["session:dead", "member:77"])] == ["member:77"]


def test_a_key_that_no_value_names_is_abandoned_and_one_in_use_is_not() -> None:
    abandoned = keyring.unowned()[0]
    with purpose("rights", actor=ENGINE):
        Invoice.objects.create(number="a", guest_email="guest@post.example")
        Invoice.objects.create(number="b")
    young = SubjectKey.objects.filter(subject__isnull=True).count()
    assert housekeeping.abandoned_keys(USING) == 0  # all are young
    age_keys()
    assert housekeeping.abandoned_keys(USING) == 1
    with pytest.raises(KeyDestroyed):
        keyring.sealer().seal("x", column="c", subject=abandoned)
    with purpose("rights", actor=ENGINE):
        assert Invoice.objects.get(number="a").guest_email == "guest@post.example"
    assert young >= 1


def test_the_shell_of_a_person_goes_when_what_was_kept_is_over() -> None:
    with purpose("rights", actor=ENGINE):
        user = User.objects.create_user(username="ann", email="ann@post.example")
    bill("a", days_ago(30), user=user)
    rights.erase(f"member:{user.pk}", ground="a test")
    assert [shell.label for shell in Shell.objects.all()] == ["auth.User"]
    with purpose("upkeep", actor=ENGINE):
        assert housekeeping.empty_shells(USING) == 0
    sweep(today=TODAY.replace(year=TODAY.year + 7), pace=AT_ONCE)
    with purpose("rights", actor=ENGINE):
        assert not Invoice.objects.exists()
        assert not User.objects.exists()
    assert not Shell.objects.exists()


def test_the_daily_job_signs_the_log() -> None:
    report = sweep(today=TODAY, pace=AT_ONCE)
    assert report.chores["checkpoint"] == 1
    assert Checkpoint.objects.count() == 1
