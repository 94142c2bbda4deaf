"""With remembered statements and without, every query gives the same in the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import FieldError
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.guard.conftest import DISPATCH, MARKETING, SYSTEM, Clinic
from tests.guard.plan_queries import Query, queries
from tests.guard.planning import NoPlans, plans
from upheld.context import Actor, Context, entered
from upheld.datamap.active import active, override
from upheld.errors import UpheldError
from upheld.guard.generations import Generations
from upheld.journal.buffer import fresh_buffer
from upheld.policy.types import Grant


def contexts(clinic: Clinic) -> list[Context]:
    ann, bob = f"member:{clinic.ann.pk}", f"member:{clinic.bob.pk}"
    return [
        Context("own", Actor("member", ann), ann, "test"),
        Context("own", Actor("member", bob), bob, "test"),
        Context("own", Actor(), None, "test"),
        Context("order_fulfilment", DISPATCH, None, "test"),
        Context("weekly_bundle_mail", MARKETING, None, "test"),
        Context("generated", SYSTEM, ann, "test"),
        Context("generated", SYSTEM, None, "test"),
        Context("upkeep", SYSTEM, None, "test"),
        Context("statistics", SYSTEM, None, "test"),
        Context(None, SYSTEM, None, "test"),
    ]


def outcome(query: Query, context: Context) -> tuple[Any, ...]:
    """What the caller gets, what the database is told, and what the log is told."""
    told: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, about: Any) -> Any:
        if 'FROM "upheld_' not in sql:  # keys are asked for once in a while
            told.append((sql, None if params is None else tuple(params)))
        return execute(sql, params, many, about)

    with fresh_buffer() as buffer, entered(context), connection.execute_wrapper(listen):
        try:
            got: Any = query.run()
        except (UpheldError, models.ObjectDoesNotExist, FieldError, ValueError, TypeError) as error:
            got = (type(error), str(error))
        except query.model.MultipleObjectsReturned as error:  # type: ignore[attr-defined]  # every model's
            got = str(error)
    noted = sorted(
        (
            group.first.kind, group.first.purpose, group.first.model, group.first.decision,
            group.count, group.rows, sorted(group.categories), sorted(group.subjects),
        )
        for group in buffer.groups.values()
    )  # fmt: skip
    return got, told, noted


grants = st.builds(
    Grant,
    read=st.sampled_from([("*",), ("taste.colour", "name.legal"), ()]),
    match=st.sampled_from([("*",), ("taste.colour", "order.content"), ()]),
    mask=st.sampled_from([(), ("contact.email", "contact.phone", "name.legal")]),
    rows=st.sampled_from(["own", "consented", "all"]),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(queries(), st.lists(st.integers(0, 9), min_size=3, max_size=3)),
        min_size=3,
        max_size=6,
    ),
    grant=grants,
    default=st.sampled_from(["in", "out"]),
)
def test_plans_change_nothing(clinic: Clinic, steps: Any, grant: Grant, default: Any) -> None:
    policy = active().policy
    rule = replace(
        policy.purposes["weekly_bundle_mail"], id="generated", may=grant, posts=(), default=default
    )
    policy = replace(policy, purposes={**policy.purposes, "generated": rule})
    whom = contexts(clinic)
    # Each query runs for one context twice, then with other values, for others too, and again.
    trace = [
        (asked, whom[at])
        for query, (first, *others) in steps
        for asked, at in (
            (query, first),
            (query, first),
            *((query.varied(by), first) for by in range(3)),
            *((query.varied(number), at) for number, at in enumerate(others)),
            (query, first),
        )
    ]
    with override(policy=policy):
        with plans(NoPlans()):
            meant = [outcome(query, context) for query, context in trace]
        with plans(Generations(20)):
            given = [outcome(query, context) for query, context in trace]
    for step, one, other in zip(trace, given, meant, strict=True):
        assert one == other, step
