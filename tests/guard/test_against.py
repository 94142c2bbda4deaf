"""New rules are tried on what was observed before they are switched on."""

from __future__ import annotations

import io
import json
import shutil
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.guard.conftest import AFTER_SALES, DISPATCH, Clinic, as_, mode
from tests.project.clinic.models import Address, Invoice, Patient
from upheld import journal
from upheld.context import purpose
from upheld.guard.commands import COMMANDS
from upheld.guard.counting import keep_refusals
from upheld.guard.finishing import finish
from upheld.guard.record import take
from upheld.policy.findings import PolicyError


@pytest.fixture(autouse=True)
def nothing_recorded() -> Iterator[None]:
    take()
    with journal.fresh_buffer():
        yield
    take()


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings.UPHELD["PRIVACY_DIR"], tmp_path / "new"))


@pytest.fixture
def worked(clinic: Clinic) -> None:
    """Dispatch and after-sales did their work, ann looked at her own page."""
    with purpose("order_fulfilment", actor=DISPATCH, place="dispatch"):
        list(Address.objects.all())
        list(Invoice.objects.values("number"))
    with purpose("after_sales", actor=AFTER_SALES, place="desk"):
        list(Patient.objects.values("phone"))
    with clinic.own(clinic.ann):
        list(Patient.objects.values("colour"))
    finish()


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def run(folder: Path, **given: Any) -> tuple[int, str]:
    out = io.StringIO()
    options = {"database": "default", "observed": False, "json": False, "days": 30}
    code = COMMANDS["report"].run(Namespace(**{**options, **given}, against=folder), out)
    return code, out.getvalue()


def test_the_same_rules_lock_nobody_out(worked: None, new: Path) -> None:
    assert run(new) == (0, "nobody who worked in the last 30 days would be locked out\n")


def test_a_grant_that_goes_is_named_with_who_used_it_and_when(worked: None, new: Path) -> None:
    edit(new, "policy.yaml", "[name.legal, address.delivery, order.reference, order.content]",
         "[name.legal, order.reference, order.content]")  # fmt: skip
    code, text = run(new)
    first, second = text.splitlines()
    assert code == 1
    assert first == "staff would be locked out of their work:"
    assert second.startswith(
        "  post:dispatch at dispatch: reads address.delivery of clinic.Address for"
        " `order_fulfilment`, 1x, last 20"
    )
    assert second.endswith("; it is not granted any more")


def test_a_post_that_loses_its_purpose(worked: None, new: Path) -> None:
    edit(new, "policy.yaml", "posts: [after_sales]\n    says: [why-cases]",
         "posts: [dispatch]\n    says: [why-cases]")  # fmt: skip
    code, text = run(new)
    assert code == 1
    assert "  post:after_sales at desk: reads contact.phone of clinic.Patient" in text
    assert text.rstrip().splitlines()[1].endswith("; it is the work of another post")


def test_a_route_that_loses_its_purpose(worked: None, new: Path) -> None:
    edit(new, "map.yaml", "  dispatch: order_fulfilment\n", "")
    code, text = run(new)
    assert code == 1
    assert "  post:dispatch at dispatch: reads address.delivery of clinic.Address, 1x" in text
    assert "; the place has no purpose any more" in text
    # `desk` is no route of the map: the code named its purpose itself.
    assert "at desk" not in text


def test_what_customers_use_counts_too(worked: None, new: Path) -> None:
    edit(new, "policy.yaml", "may: {read: all, write: all, rows: own}",
         "may: {read: [name.legal], write: all, rows: own}")  # fmt: skip
    code, text = run(new)
    assert code == 1
    assert text.startswith("others would lose what they use:\n  member at test: reads taste.colour")


def test_what_would_be_allowed_and_what_opens_more(clinic: Clinic, new: Path) -> None:
    with mode("observe"), purpose("order_fulfilment", actor=DISPATCH, place="dispatch"):
        list(Patient.objects.values("colour"))
    keep_refusals()
    edit(new, "policy.yaml", "address.delivery, order.reference, order.content]",
         "address.delivery, order.reference, order.content, taste.colour]")  # fmt: skip
    code, text = run(new)
    assert code == 0
    assert text.splitlines() == [
        "nobody who worked in the last 30 days would be locked out",
        "refused so far, allowed by the new rules:",
        "  post:dispatch at dispatch: read `clinic.Patient.colour` for `order_fulfilment` (1x)",
        "rules that open more, or promise less:",
        "  ! purposes.order_fulfilment.may.read: + taste.colour (worse for everyone)",
    ]


def test_json_and_how_far_back(worked: None, new: Path) -> None:
    edit(new, "map.yaml", "  dispatch: order_fulfilment\n", "")
    code, text = run(new, json=True)
    data = json.loads(text)
    assert code == 1
    assert {(lost["place"], lost["needs"], lost["reason"]) for lost in data["lost"]} == {
        ("dispatch", "read", "no-purpose")
    }
    assert data["gained"] == data["opened"] == []
    assert run(new, days=0)[0] == 0


def test_new_rules_that_cannot_be_used_are_no_report(worked: None, new: Path) -> None:
    edit(new, "policy.yaml", "rows: consented", "rows: all")
    with pytest.raises(PolicyError):
        run(new)
    with as_("upkeep"):
        assert Patient.objects.count() == 2
