"""Which columns are unique together, and which constraints no blind index stands for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, Deferrable, Q, UniqueConstraint
from django.db.models.functions import Lower

from upheld.datamap.uniques import in_unlike_constraint, unique_groups


def model(*constraints: UniqueConstraint, together: Any = ()) -> Any:
    code, key = CharField(unique=True), CharField(primary_key=True)
    code.name, key.name = "code", "id"
    meta = SimpleNamespace(
        local_concrete_fields=[key, code], unique_together=together, constraints=constraints
    )
    return SimpleNamespace(_meta=meta)


def test_fields_groups_and_plain_constraints_are_found() -> None:
    filled = UniqueConstraint(
        fields=["shop", "number"], condition=~Q(number=""), name="number_of_a_shop"
    )
    given = UniqueConstraint(fields=["seat"], condition=Q(seat__isnull=False), name="one_a_seat")
    found = model(filled, given, together=[("user", "email")])
    assert list(unique_groups(found)) == [
        ("code",), ("user", "email"), ("shop", "number"), ("seat",)
    ]  # fmt: skip
    assert not in_unlike_constraint(found, "number")


def test_conditions_deferrals_and_expressions_are_unlike() -> None:
    verified = UniqueConstraint(fields=["email"], condition=Q(verified=True), name="verified")
    later = UniqueConstraint(fields=["place"], deferrable=Deferrable.DEFERRED, name="later")
    lower = UniqueConstraint(Lower("name"), name="lower")
    found = model(verified, later, lower)
    assert list(unique_groups(found)) == [("code",)]
    assert [in_unlike_constraint(found, name) for name in ("email", "place", "name", "code")] == [
        True, True, True, False
    ]  # fmt: skip
