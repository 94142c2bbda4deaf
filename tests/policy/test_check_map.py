"""Whether a map agrees with its policy: each code with its message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import upheld.policy
from tests.policy.samples import SMALL as POLICY
from upheld.policy.check_map import check_map
from upheld.policy.extend import extend
from upheld.policy.load import parse_policy
from upheld.policy.read_map import parse_map

MAP = """\
extends: tests.policy.packages.shipped_map
models:
  shop.Order: {columns: {number: none, note: none}}
  auth.User:
    subject: self
    columns: {name: name.legal, email: contact.email}
    event_dates: {account.closed: closed_at}
  shop.Taste: {subject: user, columns: {colour: taste.colour}}
routes: {home: own}
"""

CASES = [
    (
        "email: contact.email",
        "email: contact.email, reply: contact.emial",
        "map.yaml:6:55: error: `auth.User.reply` holds `contact.emial`, which the policy does "
        "not declare [map.undeclared-category]\n"
        "  hint: did you mean `contact.email`?",
    ),
    (
        "email: contact.email",
        "email: contact.email, mobile: contact_number, fax: contact_number",
        "map.yaml:6:55: error: `auth.User.mobile` holds `contact_number`, which the policy does "
        "not declare [map.undeclared-category]\n"
        "  hint: declare it in `data` of policy.yaml",
    ),
    (
        "note: none",
        "owner: key",
        "tests.policy.packages.shipped_map/map.yaml:5:40: error: `shop.Order.note` holds "
        "`free_text`, which the policy does not declare [map.undeclared-category]\n"
        "  hint: declare it in `data` of policy.yaml",
    ),
    (
        "email: contact.email",
        "email: contact.email, card: card.number",
        "map.yaml:6:55: error: `auth.User.card` holds `card.number`, which the policy refuses to "
        "take [map.refused]\n"
        "  hint: drop the column, or take it out of `refuse`",
    ),
    (
        "home: own",
        "home: owm",
        "map.yaml:9:10: error: `routes.home` serves `owm`, which the policy does not declare "
        "[map.undeclared-purpose]\n"
        "  hint: did you mean `own`?",
    ),
    (
        "routes:",
        "mail: {shop.letters: servise}\nroutes:",
        "map.yaml:9:8: error: `mail.shop.letters` sends `servise`, which is no class of mail "
        "[map.undeclared-class]\n"
        "  hint: did you mean `service`?",
    ),
    (
        "  auth.User:\n",
        "  auth.User:\n    wall: press\n",
        "map.yaml:4:3: error: `auth.User` stands behind `press`, which `walls` does not declare "
        "[map.undeclared-wall]\n"
        "  hint: declare it in `walls`",
    ),
    (
        "shop.Taste: {subject: user, ",
        "shop.Taste: {",
        "map.yaml:8:3: error: `shop.Taste` has neither `subject` nor `nobody` [map.no-subject]\n"
        "  hint: say whose rows these are, or why they are about no person",
    ),
    (
        "colour: taste.colour",
        "colour: {category: taste.colour, unsure: could be the colour of a shelf}",
        "map.yaml:8:41: error: `shop.Taste.colour` is unsure: could be the colour of a shelf "
        "[map.unsure]\n"
        "  hint: decide, then take `unsure` out",
    ),
    (
        "colour: taste.colour",
        "colour: {category: taste.colour, copy_of: colours}",
        "map.yaml:8:41: error: `shop.Taste.colour` copies `colours`, which is not listed "
        "[map.copy-of]\n"
        "  hint: did you mean `colour`?",
    ),
    (
        "colour: taste.colour",
        "colour: {category: taste.colour, detect: card.numbers}",
        "map.yaml:8:41: error: `shop.Taste.colour` looks for `card.numbers`, which the policy "
        "does not refuse [map.undeclared-refused]\n"
        "  hint: did you mean `card.number`?",
    ),
    (
        ", columns: {colour: taste.colour}",
        ", rest: none",
        "policy.yaml:7:3: warning: no column and no store of the map holds `taste.colour` "
        "[map.unplaced-category]\n"
        "  hint: map where it is kept, or take it out of the policy",
    ),
    (
        "{account.closed: closed_at}",
        "{account.close: closed_at}",
        "policy.yaml:25:12: warning: time counts from `account.closed`, which no model of the "
        "map dates [map.undated-event]\n"
        "  hint: did you mean `account.close`?",
    ),
]


def wrong(text: str) -> list[str]:
    policy = parse_policy(POLICY, "policy.yaml")
    assert policy.policy is not None
    whole = extend(parse_map(text, "map.yaml"))
    assert whole.findings == []
    return [str(each) for each in check_map(whole, policy.policy, policy.marks)]


def test_the_sample_is_sound() -> None:
    assert wrong(MAP) == []


@pytest.mark.parametrize(("old", "new", "expected"), CASES, ids=[case[2][-60:] for case in CASES])
def test_one_disagreement_one_message(old: str, new: str, expected: str) -> None:
    assert MAP.count(old) == 1
    assert wrong(MAP.replace(old, new)) == [expected]


def test_every_code_of_the_check_is_tested() -> None:
    source = (Path(upheld.policy.__file__).parent / "check_map.py").read_text()
    codes = set(re.findall(r'_finding\(whole, "([a-z-]+)"', source))
    codes |= set(re.findall(r'"map\.([a-z-]+)"', source))
    tested = {code for case in CASES for code in re.findall(r"\[map\.([a-z-]+)\]", case[2])}
    assert codes == tested
