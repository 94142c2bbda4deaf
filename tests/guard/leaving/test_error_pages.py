"""Reports of errors: the page under DEBUG and the mail to ADMINS."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.contrib.auth.models import User
from django.core import mail
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter, technical_500_response

from tests.guard.conftest import Clinic, as_
from tests.project.clinic.models import Patient
from upheld.guard.errorpages import Reporter

MAIL = "ann@mail.example"
"""Not written where it is raised: a report shows the lines of code."""
HELD = ("ann@mail.example", "Ann Lee", "vermilion", "12345", "secret-cookie", "Mozilla", "10.1.2.3")


def request(user: User) -> HttpRequest:
    made = RequestFactory().post(
        "/orders/ann@mail.example/?q=vermilion",
        {"name": "Ann Lee", "phone": "12345"},
        HTTP_USER_AGENT="Mozilla",
        REMOTE_ADDR="10.1.2.3",
        HTTP_REFERER="https://elsewhere.example/?name=Ann+Lee",
    )
    made.COOKIES["sessionid"] = "secret-cookie"
    made.user = user
    return made


def failed(clinic: Clinic, reporter: type[ExceptionReporter]) -> str:
    """Both reports of a view that fails with values in its variables and its text."""
    with as_("upkeep"):
        user = clinic.ann
        about = request(user)
        patient = Patient.objects.get(pk=clinic.ann_patient.pk)
        row = {"name": patient.name, "phone": patient.phone}
        try:
            try:
                raise LookupError(f"no order of {MAIL}")
            except LookupError as cause:
                raise ValueError(f"“{row['name']}” is nobody for {MAIL}") from cause
        except ValueError:
            made: Any = reporter(about, *sys.exc_info())
            return str(made.get_traceback_html()) + str(made.get_traceback_text())


def test_values_are_not_shown(clinic: Clinic) -> None:
    text = failed(clinic, Reporter)
    for value in HELD:
        assert value not in text, value


def test_what_helps_is_shown(clinic: Clinic) -> None:
    text = failed(clinic, Reporter)
    for part in (
        "ValueError", "is nobody for …@…", "no order of …@…", "The above exception", "&lt;dict&gt;",
        "in failed", "sessionid", "phone", "(not shown)", "DATABASES",
        'raise LookupError(f&quot;no order of', "/orders/…@…/", "REQUEST_METHOD",
    ):  # fmt: skip
        assert part in text, part


def test_without_the_protection_they_are_shown(clinic: Clinic) -> None:
    text = failed(clinic, ExceptionReporter)
    # Django itself hides the session's cookie.
    assert [value for value in HELD if value not in text] == ["secret-cookie"]


@override_settings(DEBUG=True)
def test_the_page_under_debug_is_made_so(clinic: Clinic) -> None:
    client = Client(raise_request_exception=False)
    with as_("upkeep"):
        client.force_login(clinic.ann)
        Patient.objects.filter(pk=clinic.ann_patient.pk).delete()
    page = client.post("/sign-in/?who=ann@mail.example", {"password": "vermilion"})
    assert page.status_code == 500
    assert b"MultiValueDictKeyError" in page.content
    assert b"vermilion" not in page.content
    assert b"ann@mail.example" not in page.content


@override_settings(
    ADMINS=[("Ops", "ops@mail.example")],
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
)
def test_the_mail_to_admins_is_made_so(clinic: Clinic) -> None:
    from upheld.guard.logs import Redacting

    handler = AdminEmailHandler(include_html=True)
    handler.addFilter(Redacting())
    try:
        raise ValueError(f"no order of {MAIL}")
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, __file__, 1, "failed for %s", ("ann@mail.example",),
            sys.exc_info(),
        )  # fmt: skip
    record.request = request(clinic.ann)
    handler.handle(record)
    (sent,) = mail.outbox
    text = sent.subject + sent.body + str(sent.alternatives)  # type: ignore[attr-defined]  # it has HTML
    assert "failed for …@…" in sent.subject
    for value in HELD:
        assert value not in text, value


def test_a_report_without_a_request(clinic: Clinic) -> None:
    try:
        raise ValueError(f"no order of {MAIL}")
    except ValueError:
        made: Any = Reporter(None, *sys.exc_info())
        assert MAIL not in made.get_traceback_html() + made.get_traceback_text()


def test_the_reporter_is_the_one_in_use() -> None:
    try:
        raise ValueError(f"no order of {MAIL}")
    except ValueError:
        page = technical_500_response(RequestFactory().get("/"), *sys.exc_info())
    assert b"no order of \xe2\x80\xa6@\xe2\x80\xa6" in page.content
    assert MAIL.encode() not in page.content
