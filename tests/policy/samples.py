"""A small sound policy to change one thing at a time, and ways to read it."""

from __future__ import annotations

from upheld.policy.check import check_file
from upheld.policy.load import parse_policy

SMALL = """\
controller: {name: Fern Works, country: GB, contact: hello@fernworks.example}
updated: 2026-11-22

data:
  name.legal: {kind: identity, sealed: {lookup: words}}
  contact.email: {kind: contact, sealed: {lookup: exact}}
  taste.colour: preference

refuse: [card.number]

collect:
  sign_up: {required: [name.legal, contact.email], optional: taste.colour, says: sign-up}

purposes:
  own: {basis: contract, may: {read: all, write: all, rows: own}}
  authentication: {basis: contract, may: {read: [contact.email], rows: all}}
  rights: {basis: legal_obligation, may: {read: all, write: all, rows: all}}
  upkeep: {basis: legitimate_interest, may: {read: all, write: all, rows: all}}
  news:
    basis: consent
    default: out
    may: {read: [contact.email], rows: consented}
    posts: marketing
    channel: mail
    keep: {after: account.closed, for: 30 days}
    says: [only-if-agreed]

posts: {marketing: {title: Marketing}}
mail: {marketing: {unsubscribe: one_click, says: [one-click]}}
"""


def changed(old: str, new: str, text: str = SMALL) -> str:
    """`text` with `old`, which must stand in it exactly once, replaced."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def wrong(text: str) -> list[str]:
    """What reading and checking find, as people see it; warnings that only say how long
    something is kept are left out."""
    found = check_file(parse_policy(text, "policy.yaml"))
    return [str(each) for each in sorted(found) if each.code != "policy.no-retention"]
