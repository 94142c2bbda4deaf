from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from upheld.journal import Entry
from upheld.pages.uses import gathered

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


def entry(**changed: Any) -> Entry:
    given: dict[str, Any] = {
        "index": 1,
        "event": "0" * 32,
        "at": NOON,
        "kind": "read",
        "purpose": "order_fulfilment",
        "own": False,
        "actor": "staff",
        "posts": ("dispatch",),
        "place": "dispatch:list",
        "model": "clinic.Address",
        "categories": ("name.legal",),
        "rows": 1,
        "count": 1,
        "decision": "allow",
        "details": {},
    }
    return Entry(**given | changed)


def test_reads_of_one_minute_by_one_post_for_one_reason_are_one_use() -> None:
    (use,) = gathered(
        [
            entry(categories=("address.delivery", "name.legal")),
            entry(at=NOON - timedelta(seconds=20), categories=("name.legal", "order.content")),
        ]
    )
    assert use.who == "Staff (Dispatch)"
    assert use.done == "saw"
    assert use.what == ["Address: delivery", "Name: legal", "Order: content"]
    assert use.why == "Order fulfilment"
    assert [promise.id for promise in use.says] == ["why-address"]


def test_another_minute_purpose_or_deed_is_another_use() -> None:
    found = gathered(
        [
            entry(),
            entry(at=NOON - timedelta(minutes=1)),
            entry(purpose="after_sales", posts=("after_sales",)),
            entry(kind="write"),
        ]
    )
    assert [use.done for use in found] == ["saw", "saw", "saw", "changed"]


def test_uses_between_others_keep_their_place() -> None:
    found = gathered([entry(), entry(own=True, purpose="own"), entry()])
    assert [use.who for use in found] == ["Staff (Dispatch)", "You"]


def test_a_look_that_found_nothing_is_no_use() -> None:
    assert gathered([entry(rows=0)]) == []


def test_a_refusal_is_told_though_nothing_was_seen() -> None:
    (use,) = gathered([entry(kind="refusal", rows=0)])
    assert use.refused
    assert (use.who, use.done) == ("Staff (Dispatch)", "was refused")


def test_who_it_was_is_told_in_plain_words() -> None:
    own = {"own": True, "actor": "member", "posts": ()}
    nobody = {"actor": "visitor", "posts": ()}
    system = {"actor": "system", "posts": ()}
    cases = [
        (entry(**own, purpose="own"), "You"),
        (entry(**nobody, purpose="own"), "You, before signing in,"),
        (entry(**nobody, purpose="authentication"), "The site itself"),
        (entry(**system, purpose="upkeep"), "The site itself"),
        (entry(**system, purpose="rights", place="upheld:me"), "You, in the member centre,"),
        (entry(**system, purpose="rights", place="rights"), "The site itself"),
        (entry(posts=()), "Staff"),
    ]
    assert [gathered([one])[0].who for one, _ in cases] == [who for _, who in cases]


def test_a_person_refused_to_themselves_reads_as_a_sentence() -> None:
    (use,) = gathered([entry(kind="refusal", own=True, rows=0)])
    assert f"{use.who} {use.done}" == "You were refused"


def test_a_purpose_that_is_gone_from_the_policy_is_named_by_its_id() -> None:
    (use,) = gathered([entry(purpose="old_purpose")])
    assert (use.why, use.says) == ("old_purpose", ())
