"""The probe says kept while the database keeps the policy, and broken when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tests.guard.conftest import as_
from tests.secondline.server import APP, connect
from upheld.datamap.active import active, override
from upheld.guard.secondline.apply import carry_out
from upheld.policy.types import Measure
from upheld.proving.registry import Broken, Finding, Ground, all_probes


@pytest.fixture(autouse=True)
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        carry_out("default")


def probed() -> Finding:
    policy = active().policy
    measures = {"rules_before_data": Measure("rules_before_data", says=("locked",))}
    with override(policy=replace(policy, measures=measures)) as now, as_("upkeep"):
        (probe,) = [p for p in all_probes(now) if p.id == "second-line.past-django"]
        with transaction.atomic():
            return probe.attempt(Ground(now, "default"))


def test_kept() -> None:
    found = probed()
    assert found.result == "kept"
    assert found.detail.endswith(" tables give nothing to a statement without a role")
    assert int(found.detail.split()[0]) >= 14


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("ALTER TABLE clinic_note DISABLE ROW LEVEL SECURITY",
         "the database does not match the policy: differs: rows clinic_note"),
        (f'GRANT SELECT ON clinic_note TO "{APP}"',
         f"the database does not match the policy: too much: grant SELECT on clinic_note to {APP}"),
    ],
)  # fmt: skip
def test_broken(damage: str, why: str) -> None:
    with connect("upheld") as everything:
        everything.execute(damage)
    with pytest.raises(Broken) as broken:
        probed()
    assert str(broken.value) == why


def test_a_table_that_answers_without_a_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the comparison, the tables themselves are asked."""
    from upheld.guard.secondline import apply
    from upheld.proving.probes import second_line

    state = apply.structure("default")
    monkeypatch.setattr(second_line, "structure", lambda using: state)
    with connect("upheld") as everything:
        everything.execute(f'GRANT SELECT ON clinic_note TO "{APP}"')
    with pytest.raises(Broken) as broken:
        probed()
    assert str(broken.value) == "`clinic_note` can be read without a role"
