"""What changed, whether it is material, and in whose disfavour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.policy.samples import SMALL, changed
from tests.policy.strategies import policies
from upheld.policy.diff import Difference, diff, is_material
from upheld.policy.load import loads_policy
from upheld.policy.shape import SINGLES, record_fields, sections
from upheld.policy.types import Policy
from upheld.policy.worsening import JUDGES, NEUTRAL

LAST = "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}\n"

MORE = changed(
    LAST,
    "holds: {invoice: {data: contact.email, after: order.placed, period: 6 years}}\n"
    "recipients:\n"
    "  mailer: {for: news, gets: contact.email, contract: C-1, where: GB, approvals: 1,\n"
    "    tells_person: false}\n"
    "cookies: {visit: {purpose: news, needs_consent: true, days: 30}}\n"
    "embeds: {words: {origin: 'https://words.example', purpose: news}}\n"
    "rights: {copy: {by: [mail, page], proof: account, within: 7 working days}}\n"
    "proofs: {paper: {takes: name.legal, never: card.number, forget: after check}}\n"
    "places: {hosting: {country: GB, safeguard: none needed}}\n"
    "walls: {press: {holds: name.legal}}\n"
    "measures: {inspection: {every: 1 month, note: by two people}}\n"
    "change: {tell: [mail, banner], on: material}\n"
    "contacts: {desk: {kind: mail, value: hello@fernworks.example}}\n" + LAST,
)

MATERIAL = [
    ("basis: consent", "basis: contract", "! purposes.news.basis: consent -> contract",
     "subscribers"),
    ("default: out", "default: in", "! purposes.news.default: out -> in", "subscribers"),
    ("may: {read: [contact.email], rows: consented}",
     "may: {read: [contact.email, name.legal], rows: consented}",
     "! purposes.news.may.read: + name.legal", "subscribers"),
    ("may: {read: [contact.email], rows: consented}", "may: {read: all, rows: consented}",
     "! purposes.news.may.read: + *, - contact.email", "subscribers"),
    ("may: {read: [contact.email], rows: consented}",
     "may: {read: [contact.email], mask: name.legal, rows: consented}",
     "! purposes.news.may.mask: + name.legal", "subscribers"),
    ("may: {read: [contact.email], rows: consented}", "may: {read: [contact.email], rows: all}",
     "! purposes.news.may.rows: consented -> all", "subscribers"),
    ("for: 30 days", "for: 6 weeks", "! purposes.news.keep.for: 30 days -> 6 weeks", "subscribers"),
    ("for: 30 days", "for: 30 days, then: anonymise",
     "! purposes.news.keep.then: erase -> anonymise", "subscribers"),
    ("    keep: {after: account.closed, for: 30 days}\n", "", "! purposes.news.keep: removed",
     "subscribers"),
    ("    posts: marketing\n", "", "! purposes.news.posts: - marketing", "subscribers"),
    ("    channel: mail\n", "    channel: phone\n", "! purposes.news.channel: mail -> phone",
     "subscribers"),
    ("name.legal: {kind: identity, sealed: {lookup: words}}", "name.legal: {kind: identity}",
     "! data.name.legal.sealed: removed", "everyone"),
    ("sealed: {lookup: exact}", "sealed: {lookup: words}",
     "! data.contact.email.sealed.lookup: exact -> words", "everyone"),
    ("refuse: [card.number]\n", "", "! refuse.card.number: removed", "everyone"),
    ("period: 6 years", "period: 7 years", "! holds.invoice.period: 6 years -> 7 years",
     "everyone"),
    ("contract: C-1, ", "", "! recipients.mailer.contract: C-1 -> nothing", "subscribers"),
    ("where: GB", "where: US", "! recipients.mailer.where: GB -> US", "subscribers"),
    ("approvals: 1", "approvals: 0", "! recipients.mailer.approvals: 1 -> 0", "subscribers"),
    ("needs_consent: true, ", "", "! cookies.visit.needs_consent: true -> false", "visitors"),
    ("days: 30}", "days: 31}", "! cookies.visit.days: 30 -> 31", "visitors"),
    ("by: [mail, page]", "by: [mail]", "! rights.copy.by: - page", "everyone"),
    ("within: 7 working days", "within: 2 weeks",
     "! rights.copy.within: 7 working days -> 2 weeks", "everyone"),
    (", within: 7 working days", "", "! rights.copy.within: 7 working days -> nothing", "everyone"),
    ("proof: account", "proof: document", "! rights.copy.proof: account -> document", "everyone"),
    ("proof: account", "proof: account, counted_from: verified",
     "! rights.copy.counted_from: receipt -> verified", "everyone"),
    ("rights: {copy: {by: [mail, page], proof: account, within: 7 working days}}\n", "",
     "! rights.copy: removed", "everyone"),
    ("forget: after check", "forget: 30 days", "! proofs.paper.forget: after check -> 30 days",
     "everyone"),
    ("hosting: {country: GB,", "hosting: {country: US,", "! places.hosting.country: GB -> US",
     "everyone"),
    ("walls: {press: {holds: name.legal}}\n", "", "! walls.press: removed", "press"),
    ("every: 1 month", "every: 1 year", "! measures.inspection.every: 1 month -> 1 year",
     "everyone"),
    ("tell: [mail, banner], on: material", "tell: banner, on: material", "! change.tell: - mail",
     "everyone"),
    ("unsubscribe: one_click", "unsubscribe: link",
     "! mail.marketing.unsubscribe: one_click -> link", "subscribers"),
    ("contacts: {desk: {kind: mail, value: hello@fernworks.example}}\n", "",
     "! contacts.desk: removed", "everyone"),
    ("recipients:\n", "recipients:\n  broker: {for: rights, gets: name.legal, contract: C-2}\n",
     "! recipients.broker: added", "everyone"),
]  # fmt: skip

HARMLESS = [
    ("note: by two people", "note: by two persons",
     "  measures.inspection.note: by two people -> by two persons"),
    ("{title: Marketing}", "{title: The mailing desk}",
     "  posts.marketing.title: Marketing -> The mailing desk"),
    ("updated: 2026-11-22", "updated: 2026-11-23", "  updated: 2026-11-22 -> 2026-11-23"),
    ("for: 30 days", "for: 4 weeks", "  purposes.news.keep.for: 30 days -> 4 weeks"),
    ("says: [only-if-agreed]", "says: [only-if-agreed, how-often]",
     "  purposes.news.says: + how-often"),
    ("within: 7 working days", "within: 5 working days",
     "  rights.copy.within: 7 working days -> 5 working days"),
    ("refuse: [card.number]", "refuse: [card.number, id.number]", "  refuse.id.number: added"),
    ("taste.colour: preference", "taste.colour: {kind: preference, sealed: true}",
     "  data.taste.colour.sealed: added"),
    ("cookies: {visit: {purpose: news, needs_consent: true, days: 30}}\n", "",
     "  cookies.visit: removed"),
    ("may: {read: [contact.email], rows: consented}", "may: {mask: contact.email, rows: consented}",
     None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected", "people"), MATERIAL)
def test_what_is_worse_for_somebody_is_material(
    old: str, new: str, expected: str, people: str
) -> None:
    before, after = loads_policy(MORE), loads_policy(changed(old, new, MORE))
    assert [str(each) for each in diff(before, after)] == [f"{expected} (worse for {people})"]
    assert is_material(before, after)


def test_what_was_asked_for_and_is_now_demanded_is_material() -> None:
    collected = "required: [name.legal, contact.email], optional: taste.colour"
    text = changed(collected, "required: [name.legal, contact.email, taste.colour]")
    assert [str(each) for each in diff(loads_policy(SMALL), loads_policy(text))] == [
        "! collect.sign_up.required: + taste.colour (worse for everyone)",
        "  collect.sign_up.optional: - taste.colour",
    ]


@pytest.mark.parametrize(("old", "new", "expected"), HARMLESS)
def test_what_is_better_or_only_worded_anew_is_not(
    old: str, new: str, expected: str | None
) -> None:
    before, after = loads_policy(MORE), loads_policy(changed(old, new, MORE))
    if expected is not None:
        assert [str(each) for each in diff(before, after)] == [expected]
    assert not is_material(before, after)


def test_a_rule_that_touches_nobody_may_come_unannounced() -> None:
    after = loads_policy(changed("  news:\n", "  stock: {basis: contract}\n  news:\n"))
    assert diff(loads_policy(SMALL), after) == [
        Difference("purposes.stock", "", "added", material=False)
    ]


def test_people_behind_a_wall_are_named() -> None:
    before = loads_policy(
        SMALL + "walls: [press]\n"
        "recipients: {agency: {for: talks, gets: [], contract: C-1, same_notice: true}}\n"
    )
    talks = replace(before.purposes["own"], id="talks", wall="press")
    before = replace(before, purposes={**before.purposes, "talks": talks})
    agency = replace(before.recipients["agency"], same_notice=False)
    assert diff(before, replace(before, recipients={"agency": agency})) == [
        Difference("recipients.agency", "same_notice", "true -> false", True, ("press",))
    ]


@given(policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_changed_is_no_change(policy: Policy) -> None:
    assert diff(policy, policy) == []


@given(policies(), policies())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_two_policies_that_differ_are_told_apart(one: Policy, other: Policy) -> None:
    assert bool(diff(one, other)) == (one != other)


def test_every_field_is_judged_or_known_to_be_neutral() -> None:
    seen: set[tuple[type, str]] = set()

    def visit(record: type) -> None:
        for field in record_fields(record):
            seen.add((record, field.name))
            if field.kind == "record":
                visit(field.record)

    for record in (*SINGLES.values(), *sections().values()):
        visit(record)
    seen = {(record, name) for record, name in seen if name != "says"}
    assert seen == JUDGES.keys() | NEUTRAL
    assert not JUDGES.keys() & NEUTRAL
