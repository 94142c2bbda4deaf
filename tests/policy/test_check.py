"""What does not agree inside a policy: each code with its message, and none without a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import upheld.policy
from tests.policy.samples import SMALL, changed, wrong
from upheld.policy.check import check
from upheld.policy.load import loads_policy
from upheld.policy.types import ENGINE_PURPOSES

NEWS = "    may: {read: [contact.email], rows: consented}\n"
EMAIL = "contact.email: {kind: contact, sealed: {lookup: exact}}"

CASES = [
    (
        NEWS,
        "    may: {read: [contact.emial], rows: consented}\n",
        "policy.yaml:22:18: error: `purposes.news.may.read` names `contact.emial`, which `data` "
        "does not declare [policy.undeclared-category]\n"
        "  hint: did you mean `contact.email`?",
    ),
    (
        "    posts: marketing\n",
        "    posts: [marketing, adverts]\n",
        "policy.yaml:23:24: error: `purposes.news.posts` names `adverts`, which `posts` does not "
        "declare [policy.undeclared-post]\n"
        "  hint: known here: `marketing`",
    ),
    (
        "for: 30 days}",
        "for: 30 days, hold: [invoice]}",
        "policy.yaml:25:56: error: `purposes.news.keep.hold` names `invoice`, which `holds` does "
        "not declare [policy.undeclared-hold]\n"
        "  hint: declare it in `holds`",
    ),
    (
        "    channel: mail\n",
        "    channel: mail\n    wall: press\n",
        "policy.yaml:25:5: error: `purposes.news.wall` names `press`, which `walls` does not "
        "declare [policy.undeclared-wall]\n"
        "  hint: declare it in `walls`",
    ),
    (
        "mail: {marketing:",
        "recipients: {carrier: {for: newz, gets: [], contract: C-1}}\nmail: {marketing:",
        "policy.yaml:29:29: error: `recipients.carrier.for` names `newz`, which `purposes` does "
        "not declare [policy.undeclared-purpose]\n"
        "  hint: did you mean `news`?",
    ),
    (
        "mail: {marketing:",
        "proofs: {paper: {never: [id.number]}}\nmail: {marketing:",
        "policy.yaml:29:26: error: `proofs.paper.never` names `id.number`, which `refuse` does "
        "not declare [policy.undeclared-refused]\n"
        "  hint: did you mean `card.number`?",
    ),
    (
        "mail: {marketing:",
        "visits: {cookie: sesion}\nmail: {marketing:",
        "policy.yaml:29:10: error: `visits.cookie` names `sesion`, which `cookies` does not "
        "declare [policy.undeclared-cookie]\n"
        "  hint: declare it in `cookies`",
    ),
    (
        "mail: {marketing:",
        "rights: {copy: {proof: pasport}}\nmail: {marketing:",
        "policy.yaml:29:17: error: `rights.copy.proof` names `pasport`, which `proofs` does not "
        "declare [policy.undeclared-proof]\n"
        "  hint: known here: `account`, `document`, `known_mail`",
    ),
    (
        "optional: taste.colour",
        "optional: [taste.colour, card.number]",
        "policy.yaml:12:77: error: `collect.sign_up.optional` names `card.number`, which the "
        "policy refuses to take [policy.refused-used]\n"
        "  hint: take it out here, or out of `refuse`",
    ),
    (
        "refuse: [card.number]",
        "refuse: [card.number, taste.colour]",
        "policy.yaml:7:3: error: `taste.colour` is declared and refused; refusal wins, so it is "
        "never usable [policy.refused-declared]\n"
        "  hint: keep one of the two",
    ),
    (
        "refuse: [card.number]",
        "refuse: {card.number: {detect: [card.numbers]}}",
        "policy.yaml:9:33: warning: no detector finds `card.numbers`, so it is refused by name "
        "only [policy.no-detector]\n"
        "  hint: did you mean `card.number`?",
    ),
    (
        "country: GB",
        "country: UK",
        "policy.yaml:1:32: error: no country has `UK` [policy.country]\n"
        "  hint: two capitals of ISO 3166: `US`, `GB`, `MY`, `BN`",
    ),
    (
        "country: GB",
        "country: GB, currency: GPB",
        "policy.yaml:1:45: error: no money is called `GPB` [policy.currency]\n"
        "  hint: three capitals of ISO 4217: `USD`, `GBP`, `MYR`, `BND`",
    ),
    (
        "  upkeep: {basis: legitimate_interest, may: {read: all, write: all, rows: all}}\n",
        "",
        "policy.yaml:14:1: error: the purpose `upkeep` is missing, Upheld itself runs under it "
        "[policy.missing-engine-purpose]\n"
        "  hint: declare `purposes.upkeep`",
    ),
    (
        "may: {read: all, write: all, rows: own}",
        "may: {read: all, write: all, rows: all}",
        "policy.yaml:15:55: error: `own` works on own rows, not on all [policy.engine-rows]\n"
        "  hint: write `rows: own`",
    ),
    (
        "authentication: {basis: contract,",
        "authentication: {basis: contract, posts: marketing,",
        "policy.yaml:16:37: error: `authentication` is no staff work, it has no posts "
        "[policy.engine-posts]\n"
        "  hint: give staff a purpose of their own",
    ),
    (
        EMAIL,
        "contact.email: {kind: contact, anonymous: true, sealed: true}",
        "policy.yaml:6:51: error: `contact.email` is anonymous, so there is no person under whose "
        "key to seal it [policy.sealed-anonymous]\n"
        "  hint: take `sealed` or `anonymous` out",
    ),
    (
        "taste.colour: preference",
        "taste.colour: {kind: preference, sealed: words}",
        "policy.yaml:7:36: error: `taste.colour` is of kind preference, which nobody searches by "
        "words [policy.sealed-words]\n"
        "  hint: write `lookup: exact` or `sealed: true`",
    ),
    (
        "taste.colour: preference",
        "taste.colour: {kind: preference, sealed: {by: member, lookup: exact}}",
        "policy.yaml:7:36: error: members hold the key of `taste.colour`, so the site cannot look "
        "it up [policy.sealed-lookup]\n"
        "  hint: take `lookup` out",
    ),
    (
        EMAIL,
        "contact.email: {kind: contact, sealed: {by: member}}",
        "policy.yaml:22:18: error: members hold the key of `contact.email`, no post can read it "
        "[policy.member-key]\n"
        "  hint: take it out",
    ),
    (
        NEWS,
        "    may: {read: [contact.email], rows: all}\n",
        "policy.yaml:22:34: error: `news` rests on consent but works on all rows "
        "[policy.consent-rows]\n"
        "  hint: write `rows: consented`",
    ),
    (
        "    default: out\n",
        "",
        "policy.yaml:19:3: error: `news` rests on consent but does not say what holds before a "
        "choice [policy.consent-default]\n"
        "  hint: write `default: out` (only who agreed), `in` or `asked`",
    ),
    (
        "rights: {basis: legal_obligation,",
        "rights: {basis: legal_obligation, default: in,",
        "policy.yaml:17:37: error: `rights` has a default though no choice of the person decides "
        "it [policy.default-basis]\n"
        "  hint: take `default` out; only consent has one (and an interest people may decline: "
        "`in`)",
    ),
    (
        "    basis: consent\n    default: out\n",
        "    basis: consent\n    default: out\n    repair: true\n",
        "policy.yaml:23:34: error: `news` repairs rows whose person cannot be told but does not "
        "work on all rows [policy.repair-rows]\n"
        "  hint: write `rows: all`, or take `repair` out",
    ),
    (
        "    basis: consent\n    default: out\n",
        "    basis: contract\n",
        "policy.yaml:21:34: error: `news` works on consented rows but does not rest on consent "
        "[policy.rows-basis]\n"
        "  hint: write `basis: consent`, or `rows: own` or `rows: all`",
    ),
    (
        NEWS,
        "    may: {read: [contact.email], mask: [contact.email], rows: consented}\n",
        "policy.yaml:22:41: error: `news` masks `contact.email`, so it cannot be read "
        "[policy.masked-read]\n"
        "  hint: name it in one of the two",
    ),
    (
        NEWS,
        "    may: {mask: [contact.email], write: [contact.email], rows: consented}\n",
        "policy.yaml:22:18: error: `news` masks `contact.email`, so it cannot be written "
        "[policy.masked-write]\n"
        "  hint: name it in one of the two",
    ),
    (
        "mail: {marketing:",
        "walls: {press: {holds: contact.email}}\nmail: {marketing:",
        "policy.yaml:22:18: error: `news` reaches `contact.email` behind the wall `press` "
        "[policy.wall-crossed]\n"
        "  hint: walls are never crossed: set its `wall`, or leave the category out",
    ),
    (
        "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}\n",
        "",
        "policy.yaml:24:5: warning: `news` sends mail that people may decline, no class of mail "
        "lets them [policy.no-unsubscribe]\n"
        "  hint: add `mail: {marketing: {unsubscribe: one_click}}`",
    ),
    (
        "mail: {marketing:",
        "recipients: {mailer: {for: news, gets: name.legal, contract: C-1}}\nmail: {marketing:",
        "policy.yaml:29:40: error: `mailer` gets `name.legal`, which none of its purposes may "
        "read [policy.recipient-wider]\n"
        "  hint: let a purpose read it, or take it out here",
    ),
    (
        "mail: {marketing:",
        "recipients: {mailer: {for: news, gets: contact.email}}\nmail: {marketing:",
        "policy.yaml:29:14: warning: the processor `mailer` is bound by no contract "
        "[policy.no-contract]\n"
        "  hint: name the contract, or say by `role` that it is no processor",
    ),
    (
        "mail: {marketing:",
        "recipients: {mailer: {for: news, gets: contact.email, contract: C-1, where: US}}\n"
        "mail: {marketing:",
        "policy.yaml:29:14: warning: `mailer` takes data to US without a safeguard "
        "[policy.transfer]\n"
        "  hint: name the instrument in `safeguard`",
    ),
    (
        "mail: {marketing:",
        "cookies: {seen: {purpose: upkeep, needs_consent: true}}\nmail: {marketing:",
        "policy.yaml:29:18: error: the cookie `seen` needs consent, its purpose does not rest on "
        "it [policy.cookie-basis]\n"
        "  hint: name a purpose with `basis: consent`",
    ),
    (
        "mail: {marketing:",
        "embeds: {map: {purpose: upkeep, origin: 'https://maps.example'}}\nmail: {marketing:",
        "policy.yaml:29:16: error: `map` loads from outside for a purpose that does not rest on "
        "consent [policy.embed-basis]\n"
        "  hint: name a purpose with `basis: consent`",
    ),
    (
        "mail: {marketing:",
        "rights: {copy: {counted_from: verified}}\nmail: {marketing:",
        "policy.yaml:29:10: error: the clock of `copy` starts at a check that nothing asks for "
        "[policy.unverified]\n"
        "  hint: say in `proof` how people show who they are",
    ),
    (
        "mail: {marketing:",
        "proofs: {paper: {forget: some day}}\nmail: {marketing:",
        "policy.yaml:29:18: error: `proofs.paper.forget` cannot be `some day` [policy.forget]\n"
        "  hint: write `after check` or a period: `30 days`",
    ),
    (
        "mail: {marketing:",
        "change: {on: material}\nmail: {marketing:",
        "policy.yaml:29:1: error: people are to be told of changes, but not how "
        "[policy.change-tell]\n"
        "  hint: add `tell: [mail, banner]`",
    ),
    (
        "mail: {marketing:",
        "change: {tell: banner}\nmail: {marketing:",
        "policy.yaml:29:1: error: `tell` says how people hear of changes, `on` says never "
        "[policy.change-tell]\n"
        "  hint: write `on: material` or `on: always`",
    ),
    (
        "optional: taste.colour, ",
        "",
        "policy.yaml:7:3: warning: nothing collects, uses or hands over `taste.colour` by name "
        "[policy.unused-category]\n"
        "  hint: take it out, or name it where it is used",
    ),
    (
        "    posts: marketing\n",
        "",
        "policy.yaml:27:9: warning: no purpose lets the post `marketing` act "
        "[policy.unused-post]\n"
        "  hint: name it in the `posts` of a purpose",
    ),
]


def test_the_sample_is_sound() -> None:
    assert wrong(SMALL) == []


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=[case[2][-90:] for case in CASES])
def test_one_disagreement_one_message(old: str, new: str, expected: str) -> None:
    assert wrong(changed(old, new)) == [expected]


def test_data_that_nothing_ever_erases_deserve_a_thought() -> None:
    found = check(loads_policy(SMALL))
    assert [str(each) for each in found] == [
        "policy.yaml: warning: no purpose says how long `name.legal` is kept "
        "[policy.no-retention]\n"
        "  hint: give a purpose that uses it `keep: {after: ..., for: ..., then: erase}`",
        "policy.yaml: warning: no purpose says how long `taste.colour` is kept "
        "[policy.no-retention]\n"
        "  hint: give a purpose that uses it `keep: {after: ..., for: ..., then: erase}`",
    ]


def test_an_interest_that_people_may_decline_has_a_default() -> None:
    text = changed(
        "basis: consent\n    default: out", "basis: legitimate_interest\n    default: in"
    )
    assert wrong(text) == []


def test_a_legal_disclosure_is_not_bounded_by_a_purpose() -> None:
    text = changed(
        "mail: {marketing:",
        "recipients: {court: {for: news, gets: name.legal, role: authority, "
        "only_if: legal_ground}}\nmail: {marketing:",
    )
    assert wrong(text) == []


def test_all_categories_are_named_only_where_no_wall_stands() -> None:
    text = changed("mail: {marketing:", "walls: {press: {holds: name.legal}}\nmail: {marketing:")
    text = changed(NEWS, "    may: {read: all, rows: consented}\n", text)
    assert wrong(text) == [
        "policy.yaml:22:17: error: `news` names all categories, some behind another wall "
        "[policy.wall-crossed]\n"
        "  hint: walls are never crossed: set its `wall`, or leave the category out"
    ]


@pytest.mark.parametrize("name", ENGINE_PURPOSES)
def test_each_engine_purpose_is_asked_for(name: str) -> None:
    line = next(each for each in SMALL.splitlines() if each.startswith(f"  {name}:"))
    codes = [each.split("[")[1].split("]")[0] for each in wrong(changed(f"{line}\n", ""))]
    assert codes == ["policy.missing-engine-purpose"]


def test_every_code_of_the_checks_is_tested() -> None:
    folder = Path(upheld.policy.__file__).parent
    sources = (folder / "check.py").read_text() + (folder / "check_grants.py").read_text()
    codes = set(re.findall(r'"(policy\.[a-z-]+)"', sources))
    codes |= {"policy.masked-read", "policy.masked-write"}
    codes.discard("policy.yaml")
    tested = {code for case in CASES for code in re.findall(r"\[(policy\.[a-z-]+)\]", case[2])}
    assert codes - tested == {"policy.no-retention"}
