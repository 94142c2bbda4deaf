"""The compiled decisions are the semantics, for every policy, purpose and actor."""

from __future__ import annotations

import timeit
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upheld.context import Actor, Context
from upheld.datamap.active import active, override
from upheld.datamap.pathsql import resolved
from upheld.guard.decisions import ALLOW, DEFER, MASK, REFUSE, decisions_for
from upheld.policy.semantics import Outcome, decide
from upheld.policy.types import Grant

pytestmark = pytest.mark.django_db
"""Whether somebody's data are restricted is asked of the database."""

CODES = {
    Outcome.ALLOW: ALLOW,
    Outcome.OWN_ROWS: ALLOW,
    Outcome.CONSENTED_ROWS: ALLOW,
    Outcome.MASK: MASK,
    Outcome.DEFER: DEFER,
    Outcome.REFUSE: REFUSE,
}
ROWS = {Outcome.ALLOW: None, Outcome.OWN_ROWS: "own", Outcome.CONSENTED_ROWS: "consented"}

categories = st.sets(
    st.sampled_from(
        ["name.legal", "contact.email", "contact.phone", "taste.colour", "order.content", "*"]
    )
).map(lambda found: tuple(sorted(found)))
grants = st.builds(
    Grant,
    read=categories,
    mask=categories,
    match=categories,
    write=categories,
    rows=st.sampled_from(["own", "consented", "all"]),
)
posts = st.sampled_from([(), ("dispatch",), ("dispatch", "after_sales")])
actors = st.sampled_from(
    [
        Actor(),
        Actor("member", "member:1"),
        Actor("staff", "member:2", frozenset(("dispatch",))),
        Actor("staff", "member:3", frozenset(("marketing",))),
        Actor("system", "system:x"),
    ]
)
purposes = st.sampled_from([None, "generated", "unheard-of"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grant=grants, posts=posts, actor=actors, purpose=purposes)
def test_every_column_and_model(
    grant: Grant, posts: tuple[str, ...], actor: Actor, purpose: str | None
) -> None:
    policy = active().policy
    rule = replace(policy.purposes["statistics"], id="generated", may=grant, posts=posts)
    refused = {**policy.refuse, "case.content": next(iter(policy.refuse.values()))}
    policy = replace(policy, purposes={**policy.purposes, "generated": rule}, refuse=refused)
    with override(policy=policy) as now:
        ruling = decisions_for(Context(purpose, actor))
        for column in now.datamap.columns:
            model = now.datamap.model(column.table)
            assert model is not None
            for action in ("read", "match", "write"):
                compiled = getattr(ruling, action)[column.index]
                if column.role != "category":
                    assert compiled == ALLOW
                    continue
                meant = decide(
                    policy, purpose, actor, model.relation, column.category, action
                ).outcome
                assert compiled == CODES[meant]
                if meant in ROWS:
                    wanted = ROWS[meant]
                    if wanted is None and resolved(model) and purpose not in ("rights", "upkeep"):
                        wanted = "resolved"
                    assert ruling.rows.get(column.table) == wanted
                if ruling.rows.get(column.table) == "refuse":
                    assert meant is Outcome.REFUSE


def test_cached_decision_is_cheap() -> None:
    context = Context("own", Actor("member", "member:1"), "member:1")
    first = decisions_for(context)
    assert decisions_for(Context("own", Actor("member", "member:2"))) is first
    best = min(timeit.repeat(lambda: decisions_for(context), number=2000, repeat=5)) / 2000
    assert best < 5e-6


def test_cache_follows_the_governance() -> None:
    context = Context("statistics", Actor("system", "system:x"))
    before = decisions_for(context)
    policy = active().policy
    rule = replace(policy.purposes["statistics"], may=Grant(read=("*",), rows="all"))
    with override(policy=replace(policy, purposes={**policy.purposes, "statistics": rule})):
        assert sum(decisions_for(context).read) < sum(before.read)
    assert decisions_for(context).read == before.read


@pytest.mark.parametrize("purpose", [None, "unheard-of"])
def test_without_a_known_purpose_no_rows_of_people(purpose: str | None) -> None:
    ruling = decisions_for(Context(purpose, Actor("system", "system:x")))
    assert ruling.rows["auth_user"] == "refuse"
    assert "clinic_topic" not in ruling.rows
