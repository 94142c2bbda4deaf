"""The laws that every decision obeys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy.strategies import CATEGORY_IDS, actors
from upheld.context import Actor
from upheld.policy.load import loads_policy
from upheld.policy.semantics import Action, Decision, Outcome, Relation, decide
from upheld.policy.types import ALL, Category, Controller, Grant, Policy, Purpose, Refused

ACTIONS: tuple[Action, ...] = ("read", "match", "write", "delete")
RELATIONS: tuple[Relation, ...] = ("subject", "nobody", "unresolved")
USES = {Outcome.ALLOW, Outcome.OWN_ROWS, Outcome.CONSENTED_ROWS}
"""Outcomes that give something of the stored data away, or change them."""

laws = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

words = st.lists(st.sampled_from([*CATEGORY_IDS, ALL]), max_size=3, unique=True).map(tuple)
grants = st.builds(
    Grant,
    read=words,
    mask=words,
    match=words,
    write=words,
    rows=st.sampled_from(["own", "consented", "all"]),
)
purposes = st.builds(
    Purpose,
    id=st.just("news"),
    basis=st.sampled_from(["consent", "contract"]),
    may=grants,
    posts=st.lists(st.sampled_from(["dispatch", "marketing"]), max_size=2, unique=True).map(tuple),
    says=st.just(("why",)),
)
refusals = st.frozensets(st.sampled_from([*CATEGORY_IDS, "card.number"]))
declared = st.frozensets(st.sampled_from(CATEGORY_IDS))
categories = st.sampled_from([*CATEGORY_IDS, "card.number", "no.such"])
actions = st.sampled_from(ACTIONS)
relations = st.sampled_from(RELATIONS)
people = st.builds(
    Actor,
    kind=st.sampled_from(["visitor", "member", "staff"]),
    posts=st.frozensets(st.sampled_from(["marketing", "catalogue"])),
)
"""Anybody without the posts `dispatch` and `privacy`."""


def policy(
    purpose: Purpose,
    data: frozenset[str] = frozenset(CATEGORY_IDS),
    refuse: frozenset[str] = frozenset(),
) -> Policy:
    base = loads_policy(
        "controller: {name: Fern Works, country: GB, contact: hello@fernworks.example}\n"
        "updated: 2026-11-22\ndata: {}\npurposes: {}\n"
    )
    assert isinstance(base.controller, Controller)
    return replace(
        base,
        data={id: Category(id, "identity") for id in data},
        purposes={"news": purpose, "other": Purpose("other", "contract", Grant((ALL,)))},
        refuse={id: Refused(id, says=("never",)) for id in refuse},
    )


@laws
@given(purposes, declared, refusals, actors, relations, categories, actions)
def test_every_combination_has_an_outcome_and_a_reason(
    purpose: Purpose,
    data: frozenset[str],
    refuse: frozenset[str],
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
) -> None:
    for name in ("news", "other", "no-such", None):
        decision = decide(policy(purpose, data, refuse), name, actor, relation, category, action)
        assert isinstance(decision, Decision)
        assert decision.outcome in Outcome
        assert decision.reason


@laws
@given(actors, relations, categories, actions)
def test_default_deny(actor: Actor, relation: Relation, category: str, action: Action) -> None:
    nothing = policy(Purpose("news", "contract"))
    decision = decide(nothing, "news", actor, relation, category, action)
    assert decision.outcome in {Outcome.REFUSE, Outcome.DEFER}
    assert decision.outcome is Outcome.REFUSE or action == "read"


@laws
@given(purposes, actors, relations, categories, actions, st.sampled_from([None, "no-such"]))
def test_without_a_known_purpose_there_is_no_data(
    purpose: Purpose,
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
    name: str | None,
) -> None:
    decision = decide(policy(purpose), name, actor, relation, category, action)
    assert decision.outcome is Outcome.REFUSE


@laws
@given(purposes, actors, relations, st.sampled_from(CATEGORY_IDS), actions)
def test_refusal_beats_permission(
    purpose: Purpose, actor: Actor, relation: Relation, category: str, action: Action
) -> None:
    refusing = policy(purpose, refuse=frozenset({category}))
    decision = decide(refusing, "news", actor, relation, category, action)
    assert decision == Decision(Outcome.REFUSE, "refused-data", ("never",))


@laws
@given(purposes, declared, actors, relations, actions)
def test_data_that_are_not_declared_are_refused(
    purpose: Purpose, data: frozenset[str], actor: Actor, relation: Relation, action: Action
) -> None:
    for category in {*CATEGORY_IDS, "no.such"} - data:
        decision = decide(policy(purpose, data), "news", actor, relation, category, action)
        assert decision.outcome is Outcome.REFUSE


@laws
@given(purposes, actors, categories, actions)
def test_rows_whose_subject_cannot_be_found_are_refused(
    purpose: Purpose, actor: Actor, category: str, action: Action
) -> None:
    decision = decide(policy(purpose), "news", actor, "unresolved", category, action)
    assert decision.outcome is Outcome.REFUSE


@laws
@given(purposes, people, relations, st.sampled_from(CATEGORY_IDS), actions)
def test_only_a_named_post_may_act(
    purpose: Purpose, person: Actor, relation: Relation, category: str, action: Action
) -> None:
    bound = policy(replace(purpose, posts=("dispatch", "privacy")))
    decision = decide(bound, "news", person, relation, category, action)
    assert decision == Decision(Outcome.REFUSE, "post", purpose.says)


@laws
@given(purposes, relations, categories, actions)
def test_the_system_needs_no_post(
    purpose: Purpose, relation: Relation, category: str, action: Action
) -> None:
    bound = policy(replace(purpose, posts=("dispatch",)))
    system = decide(bound, "news", Actor("system"), relation, category, action)
    holder = Actor("staff", posts=frozenset({"dispatch"}))
    assert system == decide(bound, "news", holder, relation, category, action)


@laws
@given(purposes, actors, relations, categories, actions)
def test_holding_more_posts_never_takes_a_permission_away(
    purpose: Purpose, actor: Actor, relation: Relation, category: str, action: Action
) -> None:
    before = decide(policy(purpose), "news", actor, relation, category, action)
    more = replace(actor, posts=actor.posts | {"dispatch", "marketing"})
    after = decide(policy(purpose), "news", more, relation, category, action)
    assert before.outcome not in USES or after == before


@laws
@given(purposes, st.data(), actors, relations, categories, actions)
def test_a_narrower_grant_never_allows_more(
    purpose: Purpose,
    data: st.DataObject,
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
) -> None:
    grant = purpose.may
    narrower = Grant(
        read=data.draw(narrowed(grant.read)),
        mask=(*grant.mask, *data.draw(words)),
        match=data.draw(narrowed(grant.match)),
        write=data.draw(narrowed(grant.write)),
        rows="own" if grant.rows == "all" and data.draw(st.booleans()) else grant.rows,
    )
    wide = decide(policy(purpose), "news", actor, relation, category, action)
    narrow = decide(
        policy(replace(purpose, may=narrower)), "news", actor, relation, category, action
    )
    if narrow.outcome in USES:
        assert wide.outcome in {narrow.outcome, Outcome.ALLOW}


def narrowed(granted: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    if ALL in granted:
        return words
    return st.lists(st.sampled_from(granted), unique=True).map(tuple) if granted else st.just(())


@laws
@given(purposes, words, actors, relations, categories, actions)
def test_a_wider_grant_never_allows_less(
    purpose: Purpose,
    more: tuple[str, ...],
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
) -> None:
    grant = purpose.may
    wider = replace(
        grant,
        read=(*grant.read, *more),
        match=(*grant.match, *more),
        write=(*grant.write, *more),
    )
    before = decide(policy(purpose), "news", actor, relation, category, action)
    after = decide(policy(replace(purpose, may=wider)), "news", actor, relation, category, action)
    assert before.outcome not in USES or after.outcome is before.outcome


@laws
@given(purposes, actors, relations, st.sampled_from(CATEGORY_IDS))
def test_what_is_masked_is_neither_read_nor_written(
    purpose: Purpose, actor: Actor, relation: Relation, category: str
) -> None:
    masked = replace(purpose, may=replace(purpose.may, mask=(category,)))
    read = decide(policy(masked), "news", actor, relation, category, "read")
    assert read.outcome in {Outcome.MASK, Outcome.REFUSE}
    for action in ("write", "delete"):
        changed = decide(policy(masked), "news", actor, relation, category, action)
        assert changed.outcome is Outcome.REFUSE


@laws
@given(purposes, actors, relations, categories)
def test_what_is_read_may_be_matched(
    purpose: Purpose, actor: Actor, relation: Relation, category: str
) -> None:
    read = decide(policy(purpose), "news", actor, relation, category, "read")
    match = decide(policy(purpose), "news", actor, relation, category, "match")
    assert read.outcome not in USES or match == read


@laws
@given(purposes, actors, categories, actions)
def test_rows_about_nobody_are_not_filtered(
    purpose: Purpose, actor: Actor, category: str, action: Action
) -> None:
    about = decide(policy(purpose), "news", actor, "subject", category, action)
    nobody = decide(policy(purpose), "news", actor, "nobody", category, action)
    if about.outcome in USES:
        assert nobody.outcome is Outcome.ALLOW
    else:
        assert nobody == about


@laws
@given(purposes, purposes, actors, relations, categories, actions)
def test_no_other_purpose_has_a_say(
    purpose: Purpose,
    other: Purpose,
    actor: Actor,
    relation: Relation,
    category: str,
    action: Action,
) -> None:
    alone = policy(purpose)
    beside = replace(alone, purposes={"news": purpose, "other": other})
    assert decide(alone, "news", actor, relation, category, action) == decide(
        beside, "news", actor, relation, category, action
    )


@laws
@given(purposes, st.sampled_from(CATEGORY_IDS))
def test_matching_is_granted_by_name_or_by_an_unmasked_read(
    purpose: Purpose, category: str
) -> None:
    def names(granted: tuple[str, ...]) -> bool:
        return ALL in granted or category in granted

    grant = purpose.may
    readable = names(grant.read) and not names(grant.mask)
    decision = decide(policy(purpose), "news", Actor("system"), "nobody", category, "match")
    allowed = readable or names(grant.match)
    assert decision.outcome is (Outcome.ALLOW if allowed else Outcome.REFUSE)


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ("own", Outcome.OWN_ROWS),
        ("consented", Outcome.CONSENTED_ROWS),
        ("all", Outcome.ALLOW),
    ],
)
def test_a_grant_reaches_the_rows_it_names(rows: str, outcome: Outcome) -> None:
    grant = Grant(("contact.email",), rows=rows)  # type: ignore[arg-type]  # one of the three
    allowed = policy(Purpose("news", "consent", grant, says=("why",)))
    decision = decide(allowed, "news", Actor(), "subject", "contact.email", "read")
    assert decision == Decision(outcome, "granted", ("why",))
