"""The shipped map binds to every table of stock Oscar, and misses no personal column."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from foreign.measured import measure, truth
from upheld.datamap.guess import Guess

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

NOT_PERSONAL = {
    "auth.User.is_active": "a permission, read on every page",
    "auth.User.is_staff": "a permission, read on every page",
    "auth.User.is_superuser": "a permission, read on every page",
    "communication.Email.date_sent": "a date cannot be sealed as the text is",
    "order.CommunicationEvent.date_created": "that a mail went out, not what it said",
}
"""Listed as personal, declared otherwise, and why."""
KEYS = "links a row to another; keys are never masked, row rules hold them"


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.contrib.oscar.bind_stock"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def personal() -> list[str]:
    lines = (HERE / "personal_columns.tsv").read_text("utf-8").splitlines()
    return [line.replace("\t", ".") for line in lines if not line.startswith("#")]


def test_every_table_and_column_is_declared(stock: dict[str, Any]) -> None:
    assert stock["problems"] == [
        "W002 account.EmailAddress.email: category `contact.email` is sealed and the column is "
        "unique: each sealing differs, so the database no longer sees equal values"
    ]


def test_every_column_known_to_be_personal_is_mapped_or_explained(
    stock: dict[str, Any], personal: list[str]
) -> None:
    assert len(personal) == 173
    found = {label: stock["columns"].get(label, ["undeclared"])[0] for label in personal}
    assert {label for label, role in found.items() if role == "none"} == set(NOT_PERSONAL)
    keys = sorted(label for label, role in found.items() if role == "key")
    assert keys == LINKS, KEYS
    others = len(personal) - len(NOT_PERSONAL) - len(LINKS)
    assert sum(role == "category" for role in found.values()) == others


LINKS = [
    "address.UserAddress.country",
    "admin.LogEntry.content_type",
    "admin.LogEntry.user",
    "analytics.UserProductView.product",
    "auth.User_groups.group",
    "auth.User_groups.user",
    "auth.User_user_permissions.permission",
    "auth.User_user_permissions.user",
    "basket.Basket.owner",
    "basket.Line.product",
    "communication.Notification.recipient",
    "communication.Notification.sender",
    "customer.ProductAlert.product",
    "offer.RangeProductFileUpload.uploaded_by",
    "order.BillingAddress.country",
    "order.CommunicationEvent.event_type",
    "order.Order.basket",
    "order.Order.billing_address",
    "order.Order.shipping_address",
    "order.Order.user",
    "order.OrderNote.user",
    "order.ShippingAddress.country",
    "partner.Partner_users.user",
    "reviews.Vote.user",
    "sessions.Session.session_key",
    "voucher.VoucherApplication.order",
    "voucher.VoucherApplication.voucher",
    "wishlists.Line.product",
    "wishlists.WishList.owner",
]


def test_every_table_with_personal_columns_has_a_subject(stock: dict[str, Any]) -> None:
    lost = {
        label.rpartition(".")[0]
        for label, (role, _, _) in stock["columns"].items()
        if role == "category" and not stock["models"][label.rpartition(".")[0]]["paths"]
    }
    assert lost == set()


def test_orders_and_all_that_hangs_on_them_know_guests(stock: dict[str, Any]) -> None:
    hanging = {
        label: model["kinds"]
        for label, model in stock["models"].items()
        if (label.startswith(("order.", "payment.")) and model["paths"])
    }
    del hanging["payment.Bankcard"]  # kept for members only
    assert set(map(tuple, hanging.values())) == {("guest", "member")}
    assert len(hanging) == 18


def test_rows_about_nobody_when_empty_are_baskets_and_suppliers_only(
    stock: dict[str, Any],
) -> None:
    empty = {label for label, model in stock["models"].items() if model["fallback_nobody"]}
    assert empty == {
        "basket.Basket",
        "basket.Basket_vouchers",
        "basket.Line",
        "basket.LineAttribute",
        "partner.PartnerAddress",
    }


def test_the_categories_are_the_shared_words(stock: dict[str, Any]) -> None:
    assert stock["categories"] == [
        "account.activity", "account.login", "account.secret", "address.billing",
        "address.delivery", "alert.request", "basket.content", "browsing.history",
        "contact.email", "contact.phone", "free_text", "message.sent", "name.legal",
        "order.content", "order.reference", "payment.reference", "review.public",
        "session.content", "staff.action", "technical.visit", "wish.list",
    ]  # fmt: skip


def test_a_project_with_oscar_is_drafted_as_the_shipped_map(stock: dict[str, Any]) -> None:
    assert stock["draft"] == [["upheld.contrib.oscar"], []]


def test_a_draft_without_the_shipped_map_loses_no_personal_column(
    stock: dict[str, Any], personal: list[str]
) -> None:
    """Discovery alone, by names and types: each column is named or marked for a human."""
    silent = []
    for label in personal:
        model, _, name = label.rpartition(".")
        column = stock["blank"].get(model, {"columns": {}})["columns"].get(name)
        if column is not None and column == ["none", ""]:
            silent.append(label)
    assert silent == ["auth.User.is_staff", "auth.User.is_superuser", "auth.User.is_active"]


def test_a_draft_never_takes_a_path_that_the_shipped_map_does_not_know(
    stock: dict[str, Any],
) -> None:
    """Where discovery accepts a path without doubt, it is one of the shipped map's."""
    strange = {
        label: found["path"]
        for label, found in stock["blank"].items()
        if found["path"] and not found["unsure"]
        and found["path"] not in stock["models"][label]["paths"]
    }  # fmt: skip
    assert strange == {}


@pytest.mark.parametrize(
    ("name", "right", "precision"), [("oscar", 0.95, 0.89), ("allauth", 0.93, 0.7)]
)
def test_a_draft_needs_a_hand_for_less_than_one_personal_column_in_ten(
    stock: dict[str, Any], name: str, right: float, precision: float
) -> None:
    drafted = {
        label: {column: Guess(*said) for column, said in found["columns"].items()}
        for label, found in stock["blank"].items()
    }
    found = measure(drafted, truth(name))
    assert found.share >= right, found.missed
    assert found.precision >= precision, found.overdrawn
