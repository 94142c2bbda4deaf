"""What packages ship comes first, what the site says is put over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from upheld.policy.extend import extend, load_map, loads_map
from upheld.policy.findings import PolicyError
from upheld.policy.mapfile import Column, SubjectPath
from upheld.policy.read_map import parse_map

SHIPPED = "tests.policy.packages.shipped_map"


def test_a_package_is_read_whole() -> None:
    found = loads_map(f"extends: {SHIPPED}\n")
    assert list(found.models) == ["shop.Order", "shop.Parcel"]
    assert found.models["shop.Order"].origin == SHIPPED
    assert found.routes == {"shop:order": "own", "shop:*": "own"}


def test_the_site_changes_columns_one_by_one_and_entries_by_id() -> None:
    found = loads_map(
        f"extends: [{SHIPPED}]\n"
        "subjects: {guest: shop.Order.number}\n"
        "models:\n"
        "  shop.Order:\n"
        "    subject: user | number\n"
        "    columns: {note: none, colour: taste.colour}\n"
        "    event_dates: {order.paid: paid_at}\n"
        "    wall: consumer\n"
        "  club.Badge: {subject: holder, rest: none}\n"
        'routes: {"shop:order": order_fulfilment}\n'
    )
    order = found.models["shop.Order"]
    assert order.origin == SHIPPED
    assert order.wall == "consumer"
    assert order.paths == (SubjectPath("user", ("user",)), SubjectPath("number", ("number",)))
    assert order.columns == {
        "number": Column("number", "category", "order.reference"),
        "note": Column("note", "none"),
        "owner": Column("owner", "key"),
        "colour": Column("colour", "category", "taste.colour"),
    }
    assert order.event_dates == {"order.placed": "placed_at", "order.paid": "paid_at"}
    assert found.models["club.Badge"].origin == ""
    assert list(found.subjects) == ["member", "guest"]
    assert found.routes == {"shop:order": "order_fulfilment", "shop:*": "own"}


def test_a_site_may_say_that_rows_have_a_subject_or_none_after_all() -> None:
    found = loads_map(
        f"extends: {SHIPPED}\n"
        "models:\n"
        "  shop.Parcel: {subject: order.user | nobody}\n"
        '  shop.Order: {nobody: "a test shop"}\n'
    )
    parcel, order = found.models["shop.Parcel"], found.models["shop.Order"]
    assert (parcel.nobody, parcel.fallback_nobody, parcel.rest) == ("", True, "none")
    assert (order.nobody, order.paths) == ("a test shop", ())


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        (
            "no.such.package",
            "map.yaml:1:10: error: `no.such.package` is not installed [map.extends]",
        ),
        ("json", "map.yaml:1:10: error: `json` ships no map.yaml [map.extends]"),
        ("string", "map.yaml:1:10: error: `string` is not a package [map.extends]"),
        (
            "tests.policy.packages.shipped_circle",
            "tests.policy.packages.shipped_circle/map.yaml:1:10: error: "
            "`tests.policy.packages.shipped_circle` extends itself [map.extends]",
        ),
        ("../outside", "map.yaml:1:10: error: `../outside` is not installed [map.extends]"),
    ],
)
def test_what_cannot_be_extended(package: str, expected: str) -> None:
    found = [
        str(each).split("\n")[0] for each in extend(parse_map(f"extends: {package}\n")).findings
    ]
    assert found == [expected]


def test_a_map_that_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("extends: no.such.package\nmodels: {User: {}}\n")
    with pytest.raises(PolicyError) as caught:
        load_map(path)
    assert [each.code for each in caught.value.findings] == ["map.extends", "map.label"]


def test_findings_point_into_the_file_that_speaks() -> None:
    whole = extend(parse_map(f"extends: {SHIPPED}\nmodels: {{shop.Order: {{wall: x}}}}\n"))
    assert whole.marks_of("models", "shop.Order", "wall").file == "map.yaml"
    assert whole.marks_of("models", "shop.Parcel").file == f"{SHIPPED}/map.yaml"
