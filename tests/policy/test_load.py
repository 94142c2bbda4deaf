"""Every mistake in policy.yaml gets a message with its place and the next step."""

from __future__ import annotations

from datetime import date

import pytest

from tests.policy.samples import SMALL, changed
from upheld.policy.load import loads_policy, parse_policy
from upheld.policy.types import (
    ALL,
    Category,
    Change,
    Grant,
    Hold,
    MailRule,
    Recipient,
    Retention,
    Sealed,
)


def mistakes(text: str) -> list[str]:
    return [str(each) for each in sorted(parse_policy(text, "policy.yaml").findings)]


def test_a_sound_file_says_what_it_means() -> None:
    policy = loads_policy(SMALL)
    assert policy.updated == date(2026, 11, 22)
    assert policy.controller.name == "Fern Works"
    assert policy.data["contact.email"] == Category(
        "contact.email", "contact", sealed=Sealed("exact")
    )
    assert policy.data["taste.colour"] == Category("taste.colour", "preference")
    assert policy.purposes["own"].may == Grant(read=(ALL,), write=(ALL,))
    assert policy.purposes["news"].posts == ("marketing",)
    assert policy.purposes["news"].keep == Retention("account.closed", "30 days")
    assert list(policy.refuse) == ["card.number"]
    assert policy.mail["marketing"] == MailRule("marketing", "one_click", says=("one-click",))
    assert policy.change == Change()


def test_short_forms() -> None:
    policy = loads_policy(
        changed("taste.colour: preference", "taste.colour: {kind: preference, sealed: true}")
        + "holds: {invoice: 6 years}\n"
        + "walls: [consumer, press]\n"
        + "recipients: {carrier: {for: news, gets: contact.email}}\n"
    )
    assert policy.data["taste.colour"].sealed == Sealed("none")
    assert policy.holds == {"invoice": Hold("invoice", period="6 years")}
    assert list(policy.walls) == ["consumer", "press"]
    assert policy.recipients["carrier"] == Recipient("carrier", ("news",), ("contact.email",))


def test_a_country_is_never_taken_for_false() -> None:
    assert loads_policy(changed("country: GB", "country: NO")).controller.country == "NO"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "    default: out\n",
            "    defualt: out\n",
            "policy.yaml:21:5: error: `purposes.news` has no `defualt` [policy.unknown-key]\n"
            "  hint: did you mean `default`?",
        ),
        (
            "refuse: [card.number]",
            "refused: [card.number]",
            "policy.yaml:9:1: error: a policy has no `refused` [policy.unknown-key]\n"
            "  hint: did you mean `refuse`?",
        ),
        (
            "{kind: identity,",
            "{kind: identiy,",
            "policy.yaml:5:22: error: `kind` of `data.name.legal` cannot be `identiy` "
            "[policy.choice]\n"
            "  hint: did you mean `identity`?",
        ),
        (
            "    posts: marketing\n",
            "    posts: {marketing: yes}\n",
            "policy.yaml:23:12: error: `posts` of `purposes.news` must be a list [policy.type]\n"
            "  hint: write `[one, two]`",
        ),
        (
            "for: 30 days",
            "for: 30 fortnights",
            "policy.yaml:25:40: error: `for` of `keep` of `purposes.news`: `30 fortnights` "
            "is not a period [policy.period]\n"
            "  hint: write a number and a unit: `30 days`, `6 years`",
        ),
        (
            "for: 30 days",
            "for: 7 working days",
            "policy.yaml:25:40: error: `for` of `keep` of `purposes.news`: `7 working days` "
            "is not a period [policy.period]\n"
            "  hint: write a number and a unit: `30 days`, `6 years`",
        ),
        (
            "for: 30 days",
            "for: 30 days, period: 30 days",
            "policy.yaml:25:49: error: `keep` of `purposes.news` has no `period` "
            "[policy.unknown-key]\n"
            "  hint: `for` says how long",
        ),
        (
            "country: GB",
            "country: Britain",
            "policy.yaml:1:41: error: `country` of `controller`: `Britain` is not a country code "
            "[policy.country]\n"
            "  hint: two capitals of ISO 3166: `US`, `GB`",
        ),
        (
            "updated: 2026-11-22",
            "updated: 2026-11-31",
            "policy.yaml:2:10: error: `updated`: `2026-11-31` is not a day [policy.day]\n"
            "  hint: write year-month-day: 2026-11-22",
        ),
        (
            "says: [only-if-agreed]",
            "says: [Only if agreed]",
            "policy.yaml:26:12: error: an entry of `says` of `purposes.news`: `Only if agreed` "
            "is not a sentence id [policy.sentence-id]\n"
            "  hint: lower-case words joined by `-`",
        ),
        (
            "taste.colour: preference",
            "Taste Colour: preference",
            "policy.yaml:7:3: error: `Taste Colour` cannot be an id in `data` [policy.id]\n"
            "  hint: write lower-case words joined by `.`, `_` or `-`",
        ),
        (
            "taste.colour: preference",
            "all: preference",
            "policy.yaml:7:3: error: `all` cannot be an id in `data` [policy.id]\n"
            "  hint: in a grant `all` means every category",
        ),
        (
            "refuse: [card.number]",
            "refuse: [card.number, card.number]",
            "policy.yaml:9:23: error: `refuse` names `card.number` twice [policy.duplicate]\n"
            "  hint: name it once",
        ),
        (
            "read: [contact.email], rows: consented",
            "read: [contact.email, contact.email], rows: consented",
            "policy.yaml:22:33: error: `read` of `may` of `purposes.news` names `contact.email` "
            "twice [policy.duplicate]\n"
            "  hint: name it once",
        ),
        (
            "    basis: consent\n",
            "    basis:\n",
            "policy.yaml:20:11: error: `basis` of `purposes.news` has no value [policy.empty]\n"
            "  hint: write one or remove the line",
        ),
        (
            "    basis: consent\n",
            "",
            "policy.yaml:20:5: error: `purposes.news` lacks `basis` [policy.missing]\n"
            "  hint: add `basis: ...`",
        ),
        (
            "posts: {marketing: {title: Marketing}}",
            "posts: {marketing: {title: Marketing, second_factor: yes}}",
            "policy.yaml:28:54: error: `second_factor` of `posts.marketing` must be `true` or "
            "`false` [policy.type]\n"
            "  hint: write one of the two",
        ),
        (
            "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}",
            "cookies: {visit: {purpose: news, days: a week}}",
            "policy.yaml:29:40: error: `days` of `cookies.visit` must be a whole number "
            "[policy.type]\n"
            "  hint: write digits only",
        ),
        (
            "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}",
            "embeds: {words: {origin: 'https://words.example', path: w.js, purpose: news}}",
            "policy.yaml:29:57: error: `path` of `embeds.words`: `w.js` is not a path "
            "[policy.path]\n"
            "  hint: write what follows the host: `/widget.js`",
        ),
        (
            "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}",
            "embeds: {words: {origin: 'http://words.example/x', purpose: news}}",
            "policy.yaml:29:26: error: `origin` of `embeds.words`: `http://words.example/x` "
            "is not an origin [policy.origin]\n"
            "  hint: write scheme and host only: `https://host.example`",
        ),
        (
            "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}",
            "rights: {copy: {within: soon}}",
            "policy.yaml:29:25: error: `within` of `rights.copy`: `soon` is not a limit "
            "[policy.period]\n"
            "  hint: write `7 working days`, `1 month` or `prompt`",
        ),
        (
            "mail: {marketing: {unsubscribe: one_click, says: [one-click]}}",
            "mail: a letter",
            "policy.yaml:29:7: error: `mail` must be a mapping [policy.type]\n"
            "  hint: write `key: value` lines under it",
        ),
    ],
)
def test_one_mistake_one_message(old: str, new: str, expected: str) -> None:
    assert mistakes(changed(old, new)) == [expected]


def test_every_mistake_is_reported_at_once() -> None:
    text = changed("country: GB", "country: Britain")
    text = changed("basis: consent", "basis: agreement", text)
    text = changed("for: 30 days", "for: ever", text)
    assert [each.split(":")[1] for each in mistakes(text)] == ["1", "20", "25"]


def test_what_a_policy_cannot_do_without() -> None:
    assert mistakes("refuse: [card.number]\n") == [
        f"policy.yaml:1:1: error: a policy lacks `{key}` [policy.missing]\n  hint: add `{key}: ...`"
        for key in ("controller", "data", "purposes", "updated")
    ]


@pytest.mark.parametrize("text", ["just words\n", "- a\n- b\n"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    first = mistakes(text)[0]
    assert first == (
        "policy.yaml:1:1: error: a policy must be a mapping [policy.type]\n"
        "  hint: write `key: value` lines under it"
    )
