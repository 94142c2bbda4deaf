"""Django's admin under a post: lists, filters, search, actions, history, deletion."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.admin import site
from tests.project.clinic.models import Invoice, Patient
from upheld.context import purpose

HIDDEN = "vermilion"
"""Ann's colour, which after-sales may not read."""


@pytest.fixture
def desk(clinic: Clinic) -> Client:
    """A superuser of Django with the post of after-sales and no other."""
    with purpose("upkeep"):
        staff = User.objects.create_superuser("staff", "staff@mail.example", "secret")
        staff.groups.add(Group.objects.create(name="post:after_sales"))
        Patient.objects.filter(pk=clinic.ann_patient.pk).update(colour=HIDDEN)
        client = Client(raise_request_exception=False)
        client.force_login(staff)
    return client


def page(client: Client, path: str, **given: str) -> tuple[int, str]:
    response = client.get(f"/admin/{path}", given)
    return response.status_code, response.content.decode()


def test_what_the_post_may_read_is_shown(desk: Client, clinic: Clinic) -> None:
    status, text = page(desk, "clinic/invoice/")
    assert status == 200
    assert "glasses" in text
    status, text = page(desk, "clinic/patient/")
    assert status == 200
    assert "12345" in text
    assert HIDDEN not in text


REFUSED = [
    ("clinic/patient/", {"colour": HIDDEN}),
    ("clinic/patient/", {"colour__exact": HIDDEN}),
    ("clinic/patient/", {"q": "verm"}),
    ("clinic/patient/", {"o": "1.2"}),
    ("clinic/patient/", {"o": "1"}),
    ("clinic/patient/", {"colour__isnull": "False"}),
    ("clinic/patient/", {"user__password__startswith": "md5"}),
    ("clinic/patient/", {"user__username": "ann"}),
    ("clinic/invoice/", {"user__username__contains": "a"}),
    ("auth/user/", {"o": "1"}),
    ("auth/user/", {"password__contains": "md5"}),
    ("autocomplete/", {"app_label": "clinic", "model_name": "patient",
                       "field_name": "referred_by", "term": "verm"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "given"), REFUSED)
def test_asking_by_a_column_that_may_not_be_matched(
    desk: Client, clinic: Clinic, path: str, given: dict[str, str]
) -> None:
    status, text = page(desk, path, **given)
    assert status in (400, 403, 302)
    for value in (HIDDEN, "md5$", "12345", "ann@mail.example"):
        assert value not in text


def test_forms_of_an_object_hold_no_withheld_value(desk: Client, clinic: Clinic) -> None:
    status, text = page(desk, f"clinic/patient/{clinic.ann_patient.pk}/change/")
    assert HIDDEN not in text
    status, text = page(desk, f"auth/user/{clinic.ann.pk}/change/")
    assert "md5$" not in text
    assert status in (200, 403)


@pytest.mark.parametrize("path", ["delete/", "history/", "change/"])
def test_pages_of_one_object(desk: Client, clinic: Clinic, path: str) -> None:
    status, text = page(desk, f"clinic/patient/{clinic.ann_patient.pk}/{path}")
    assert status in (200, 403)
    assert HIDDEN not in text
    desk.post(f"/admin/clinic/patient/{clinic.ann_patient.pk}/delete/", {"post": "yes"})
    with as_("upkeep"):
        assert Patient.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_actions_write_nothing_that_the_post_may_not(desk: Client, clinic: Clinic) -> None:
    chosen: dict[str, object] = {
        "action": "delete_selected",
        "_selected_action": [clinic.ann_patient.pk],
        "post": "y",
    }
    response = desk.post("/admin/clinic/patient/", chosen)
    assert response.status_code == 403
    with as_("upkeep"):
        chosen["_selected_action"] = list(Invoice.objects.values_list("pk", flat=True))
    assert desk.post("/admin/clinic/invoice/", chosen).status_code == 403
    with as_("upkeep"):
        assert Patient.objects.count() == 2
        assert Invoice.objects.count() == 3


def test_the_log_keeps_names_sealed(desk: Client, clinic: Clinic) -> None:
    with as_("upkeep"):
        log = LogEntry.objects.log_actions(
            User.objects.get(username="staff").pk,
            [clinic.ann],
            2,
            "changed Ann Lee",
            single_object=True,
        )
        assert "changed Ann Lee" in str(LogEntry.objects.get(pk=log.pk).change_message)
    from tests.guard.conftest import stored

    assert "ann" not in stored("django_admin_log", "object_repr", log.pk)
    assert "Ann" not in stored("django_admin_log", "change_message", log.pk)


def test_another_post_gets_nothing(desk: Client, clinic: Clinic) -> None:
    with as_("upkeep"):
        staff = User.objects.get(username="staff")
        staff.groups.set([Group.objects.create(name="post:marketing")])
    for path in ("clinic/patient/", "clinic/invoice/", "auth/user/"):
        status, text = page(desk, path)
        assert status == 403
        assert "glasses" not in text


def test_no_view_of_the_admin_is_forgotten(desk: Client) -> None:
    names = {pattern.name for pattern in site.get_urls() if getattr(pattern, "name", None)}
    no_rows = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n",
               "view_on_site", "app_list", None}  # fmt: skip
    assert names - no_rows == {"autocomplete"}
    options = {
        pattern.name.rpartition("_")[2]
        for pattern in site._registry[Patient].get_urls()
        if pattern.name
    }
    assert options == {"changelist", "add", "history", "delete", "change"}
