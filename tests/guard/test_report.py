"""The report: place by place, the line that asked, and the smallest change, proved."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template import Context as TemplateContext
from django.template import engines
from django.test import Client

from tests.guard.conftest import AFTER_SALES, DISPATCH, Clinic, as_, mode
from tests.project.clinic.models import Patient
from upheld.context import Actor, purpose
from upheld.datamap.active import active
from upheld.guard.allowing import GRANTED
from upheld.guard.commands import COMMANDS
from upheld.guard.counting import keep_refusals
from upheld.guard.record import take
from upheld.guard.refused import findings
from upheld.guard.report import Place, report
from upheld.policy.semantics import decide


@pytest.fixture(autouse=True)
def nothing_recorded() -> Iterator[None]:
    take()
    yield
    take()


def places() -> dict[str, Place]:
    keep_refusals()
    return {place.name: place for place in report()}


def run(**given: Any) -> tuple[int, str]:
    out = io.StringIO()
    options = {"database": "default", "observed": False, "json": False, "against": None}
    code = COMMANDS["report"].run(Namespace(**{**options, **given}), out)
    return code, out.getvalue()


def test_a_place_without_a_purpose_is_given_the_narrowest(clinic: Clinic) -> None:
    with mode("observe"), as_(None, Actor("member", "member:1")):
        Patient.objects.filter(colour="red").exists()
    (change,) = places()["test"].changes
    assert (change.file, change.text) == ("map.yaml", "give `test` the purpose `own`")
    assert change.allows == 2
    assert change.opens[0].startswith("it may then read of one's own name.legal, contact.email")


def test_staff_are_not_given_their_own_rows(clinic: Clinic) -> None:
    with mode("observe"), as_(None, AFTER_SALES):
        list(Patient.objects.values("phone"))
    (change,) = places()["test"].changes
    assert change.text == "give `test` the purpose `after_sales`"


def test_where_no_purpose_fits_one_is_spelt_out(clinic: Clinic) -> None:
    with mode("observe"), as_(None, DISPATCH):
        list(Patient.objects.order_by("kitchen").values("colour"))
    (change,) = places()["test"].changes
    assert str(change) == (
        "policy.yaml: declare a purpose with `may: {match: [taste.kitchen], read: [taste.colour],"
        " rows: all}` and `posts: [dispatch]`, and give `test` that purpose in map.yaml; none that"
        " is declared allows all of this"
    )
    assert change.allows == 3


def test_secrets_that_a_row_brings_along_are_left_out(clinic: Clinic) -> None:
    with mode("observe"), as_(None, DISPATCH):
        list(User.objects.order_by("-date_joined"))
    (change,) = places()["test"].changes
    assert "account.secret" not in change.text
    assert change.opens == (
        "left out, since a row loads without them: account.login, account.secret",
    )


def test_a_missing_grant_is_named_with_what_else_it_opens(clinic: Clinic) -> None:
    with mode("observe"), purpose("order_fulfilment", actor=DISPATCH, place="shelf"):
        list(Patient.objects.values("colour", "phone"))
        list(Patient.objects.order_by("kitchen").values("pk"))
    match, read = places()["shelf"].changes
    assert str(match) == ("policy.yaml: add taste.kitchen to `purposes.order_fulfilment.may.match`")
    assert str(read) == (
        "policy.yaml: add contact.phone, taste.colour to `purposes.order_fulfilment.may.read`,"
        " and take contact.phone out of `may.mask`"
    )
    assert (match.allows, read.allows) == (1, 2)
    assert read.opens == ("it opens them at every place of `order_fulfilment`: dispatch",)


def test_every_suggested_grant_is_proved(clinic: Clinic) -> None:
    with mode("observe"), as_("statistics"):
        list(Patient.objects.values("name", "email", "kitchen"))
        Patient.objects.update(colour="red")
    keep_refusals()
    for change in places()["test"].changes:
        assert change.allows > 0
    for finding in findings():
        column = active().datamap.labelled(finding.target)
        if column is not None:
            decided = decide(
                active().policy, "statistics", Actor("system"), "subject", column.category,
                finding.action,  # type: ignore[arg-type]
            )  # fmt: skip
            assert decided.outcome not in GRANTED


def test_another_post_and_raw_statements_have_other_answers(clinic: Clinic) -> None:
    from django.db import connection

    with mode("observe"), as_("order_fulfilment", AFTER_SALES):
        Patient.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone FROM clinic_patient")
    found = {change.file: change.text for change in places()["test"].changes}
    assert found["groups"] == (
        "put the person into `post:dispatch`, or give the place another purpose"
    )
    assert found["code"].startswith("tests/guard/test_report.py:")
    assert " asks too much: write `SELECT phone FROM #" in found["code"]


def test_the_asking_line_is_kept(clinic: Clinic) -> None:
    with mode("observe"), as_(None):
        list(Patient.objects.values("phone"))
    with mode("observe"):
        Client().get("/unmapped/")
    codes = {finding.place: finding.code for finding in (*places()["test"].findings,)}
    assert codes["test"].startswith("tests/guard/test_report.py:")
    (asked,) = {finding.code for finding in places()["unmapped"].findings}
    assert asked.startswith("tests/project/clinic/views.py:")


def test_a_template_is_named_with_its_line(clinic: Clinic) -> None:
    source = "first line\n{% for p in patients %}{{ p.colour }}{% endfor %}"
    template = engines["django"].from_string(source)
    with mode("observe"), as_(None):
        template.template.render(TemplateContext({"patients": Patient.objects.all()}))
    assert {f.code for f in places()["test"].findings} == {"template from a string:2"}


def test_command(clinic: Clinic) -> None:
    assert run() == (0, "nothing was refused\n")
    with mode("observe"), as_("statistics"):
        for _ in range(3):
            line = list(Patient.objects.values("colour"))
    assert line
    keep_refusals()
    code, text = run()
    first, second, third, *rest = text.splitlines()
    assert code == 1
    assert first == "test (3x)"
    assert second == (
        "  would refuse 3x: read `clinic.Patient.colour` for `statistics` (system, not-granted)"
    )
    assert third.startswith("  asked by tests/guard/test_report.py:")
    assert rest == [
        "  to allow it: policy.yaml: add taste.colour to `purposes.statistics.may.read`"
    ]
    code, text = run(observed=True, json=True)
    (place,) = json.loads(text)
    assert place["findings"][0]["target"] == "clinic.Patient.colour"
    assert place["changes"][0]["allows"] == 1
    assert code == 1


def test_many_columns_are_told_by_category(clinic: Clinic) -> None:
    with mode("observe"), as_(None, DISPATCH):
        list(Patient.objects.all())
    keep_refusals()
    assert run()[1].splitlines()[1] == (
        "  would refuse 7x: read contact.email, contact.phone, name.legal (2 columns),"
        " taste.colour, taste.kitchen, `clinic.Patient` without a purpose (staff dispatch,"
        " no-purpose)"
    )


def test_only_what_was_observed(clinic: Clinic) -> None:
    from upheld.errors import PurposeError

    with pytest.raises(PurposeError), as_("statistics"):
        list(Patient.objects.values("colour"))
    keep_refusals()
    assert run()[0] == 1
    assert run(observed=True) == (0, "nothing was refused\n")
