"""When a changed field is to the disfavour of people: one judgement for every field.

A field stands either in `JUDGES` or in `NEUTRAL`; a test holds the two complete, so a new
field cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from upheld.policy.mailkinds import CHOSEN, kind_of
from upheld.policy.period import PROMPT, longer, parse_period
from upheld.policy.types import (
    ALL,
    Category,
    Change,
    CollectionPoint,
    ContactPoint,
    Controller,
    Cookie,
    Embed,
    Grant,
    Hold,
    MailRule,
    Measure,
    Place,
    Post,
    Proof,
    Purpose,
    Recipient,
    Refused,
    Retention,
    Right,
    Sealed,
    StorageKey,
    Visits,
    Wall,
)

Judge = Callable[[Any, Any], bool]
"""(old record, new record) -> whether the change of the field is worse for people."""

LAWS_LIMIT_DAYS = 30.4
"""What an empty `within` is compared as: about one month."""

WORSE_WHEN_ADDED = (
    "data",
    "collect",
    "holds",
    "purposes",
    "recipients",
    "cookies",
    "storage",
    "embeds",
    "places",
)
WORSE_WHEN_REMOVED = ("refuse", "rights", "walls", "measures", "mail", "contacts")


def _get(name: str) -> Callable[[Any], Any]:
    return lambda record: getattr(record, name)


def _grows(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: bool(set(get(new)) - set(get(old)))


def _shrinks(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: bool(set(get(old)) - set(get(new)))


def _changes(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: bool(get(old) != get(new))


def _loses(name: str) -> Judge:
    """Was said, or true, and is not any more."""
    get = _get(name)
    return lambda old, new: bool(get(old)) and not get(new)


def _leaves(name: str) -> Judge:
    """Was said, and now says something else or nothing."""
    get = _get(name)
    return lambda old, new: bool(get(old)) and bool(get(old) != get(new))


def _unbound(old: MailRule, new: MailRule) -> bool:
    """Mail that went by choice alone now goes to everybody."""
    return kind_of(old) in CHOSEN and kind_of(new) not in CHOSEN


def _gains(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: not get(old) and bool(get(new))


def _higher(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: bool(get(new) > get(old))


def _lower(name: str) -> Judge:
    get = _get(name)
    return lambda old, new: bool(get(new) < get(old))


def _further(name: str, *order: str) -> Judge:
    """Moves towards the end of `order`, which runs from best to worst."""
    get = _get(name)
    return lambda old, new: order.index(get(new)) > order.index(get(old))


def _lasts(name: str) -> Judge:
    """A period grows; an empty one has no end."""
    get = _get(name)
    return lambda old, new: longer(get(new), get(old))


def _later(name: str) -> Judge:
    """A last day moves back; an empty one never comes."""
    get = _get(name)
    return lambda old, new: bool(get(old)) and (not get(new) or bool(get(new) > get(old)))


def _widens(name: str, *covered_by: str) -> Judge:
    """A grant names a category that no old grant of these covered."""

    def judge(old: Any, new: Any) -> bool:
        before = {word for each in (name, *covered_by) for word in getattr(old, each)}
        return ALL not in before and bool(set(getattr(new, name)) - before)

    return judge


def _posts(old: Purpose, new: Purpose) -> bool:
    return bool(old.posts) and (not new.posts or bool(set(new.posts) - set(old.posts)))


def _basis(old: Purpose, new: Purpose) -> bool:
    return old.basis != new.basis and new.basis != "consent"


def _optional(old: CollectionPoint, new: CollectionPoint) -> bool:
    return bool(set(new.optional) - set(old.optional) - set(old.required))


def _proof(old: Right, new: Right) -> bool:
    return old.proof != new.proof and bool(new.proof)


def _limit(text: str) -> float:
    if text == PROMPT:
        return 0
    period = parse_period(text)
    return LAWS_LIMIT_DAYS if period is None else period.about_days


def _within(old: Right, new: Right) -> bool:
    return _limit(new.within) > _limit(old.within)


def _every(old: Measure, new: Measure) -> bool:
    """An empty `every` means always, the most often."""
    return bool(new.every) and (not old.every or longer(new.every, old.every))


def _forget(old: Proof, new: Proof) -> bool:
    def days(text: str) -> float:
        period = parse_period(text)
        return (0.001 if text else 0) if period is None else period.about_days

    return days(new.forget) > days(old.forget)


def _kept(old: Purpose, new: Purpose) -> bool:
    return old.keep is not None and new.keep is None


def _unsealed(old: Category, new: Category) -> bool:
    return old.sealed is not None and new.sealed is None


JUDGES: dict[tuple[type, str], Judge] = {
    (Controller, "name"): _changes("name"),
    (Controller, "country"): _changes("country"),
    (Controller, "hosts"): _shrinks("hosts"),
    (Controller, "holidays"): _changes("holidays"),
    (Controller, "weekend"): _grows("weekend"),
    (Category, "sealed"): _unsealed,
    (Category, "anonymous"): _loses("anonymous"),
    (Sealed, "lookup"): _further("lookup", "none", "exact", "words"),
    (Sealed, "by"): _further("by", "member", "site"),
    (Refused, "everywhere"): _loses("everywhere"),
    (Refused, "detect"): _shrinks("detect"),
    (Refused, "unless"): _gains("unless"),
    (CollectionPoint, "required"): _grows("required"),
    (CollectionPoint, "optional"): _optional,
    (CollectionPoint, "by"): _changes("by"),
    (CollectionPoint, "shows_notice"): _loses("shows_notice"),
    (Hold, "data"): _grows("data"),
    (Hold, "after"): _changes("after"),
    (Hold, "period"): _lasts("period"),
    (Retention, "after"): _changes("after"),
    (Retention, "period"): _lasts("period"),
    (Retention, "then"): _further("then", "erase", "anonymise"),
    (Retention, "hold"): _grows("hold"),
    (Grant, "read"): _widens("read"),
    (Grant, "mask"): _widens("mask", "read"),
    (Grant, "match"): _widens("match", "read"),
    (Grant, "write"): _widens("write"),
    (Grant, "rows"): _further("rows", "own", "consented", "all"),
    (Purpose, "basis"): _basis,
    (Purpose, "default"): _further("default", "out", "asked", "in", ""),
    (Purpose, "posts"): _posts,
    (Purpose, "keep"): _kept,
    (Purpose, "topics"): _grows("topics"),
    (Purpose, "channel"): lambda old, new: old.channel != new.channel and bool(new.channel),
    (Purpose, "wall"): _leaves("wall"),
    (Purpose, "minimum_group"): _lower("minimum_group"),
    (Purpose, "repair"): _gains("repair"),
    (Recipient, "purposes"): _grows("purposes"),
    (Recipient, "gets"): _grows("gets"),
    (Recipient, "name"): _leaves("name"),
    (Recipient, "where"): _changes("where"),
    (Recipient, "contract"): _loses("contract"),
    (Recipient, "until"): _later("until"),
    (Recipient, "safeguard"): _loses("safeguard"),
    (Recipient, "only_if"): _leaves("only_if"),
    (Recipient, "grounds"): _grows("grounds"),
    (Recipient, "role"): _changes("role"),
    (Recipient, "same_notice"): _loses("same_notice"),
    (Recipient, "approvals"): _lower("approvals"),
    (Recipient, "tells_person"): _loses("tells_person"),
    (Recipient, "minimum_group"): _lower("minimum_group"),
    (Cookie, "purpose"): _changes("purpose"),
    (Cookie, "needs_consent"): _loses("needs_consent"),
    (Cookie, "days"): _higher("days"),
    (Embed, "origin"): _changes("origin"),
    (StorageKey, "purpose"): _changes("purpose"),
    (StorageKey, "kind"): _changes("kind"),
    (Embed, "purpose"): _changes("purpose"),
    (Embed, "kinds"): _grows("kinds"),
    (Visits, "store"): _grows("store"),
    (Visits, "cookie"): _gains("cookie"),
    (Visits, "parts"): _grows("parts"),
    (Visits, "leave_out"): _shrinks("leave_out"),
    (Visits, "events"): _grows("events"),
    (Visits, "keep"): _lasts("keep"),
    (Right, "by"): _shrinks("by"),
    (Right, "proof"): _proof,
    (Right, "within"): _within,
    (Right, "counted_from"): _further("counted_from", "receipt", "verified"),
    (Right, "verify_within"): _lasts("verify_within"),
    (Right, "unless"): _grows("unless"),
    (Proof, "takes"): _grows("takes"),
    (Proof, "never"): _shrinks("never"),
    (Proof, "mask"): _shrinks("mask"),
    (Proof, "forget"): _forget,
    (Place, "country"): _changes("country"),
    (Place, "from_abroad"): _gains("from_abroad"),
    (Place, "safeguard"): _loses("safeguard"),
    (Post, "only"): _leaves("only"),
    (Post, "second_factor"): _loses("second_factor"),
    (Wall, "holds"): _shrinks("holds"),
    (Measure, "every"): _every,
    (Change, "dated"): _loses("dated"),
    (Change, "tell"): _shrinks("tell"),
    (Change, "on"): _further("on", "always", "material", "never"),
    (MailRule, "unsubscribe"): _further("unsubscribe", "one_click", "link", "none"),
    (MailRule, "per_list"): _loses("per_list"),
    (MailRule, "kind"): _unbound,
    (MailRule, "approvals"): _lower("approvals"),
}

NEUTRAL: frozenset[tuple[type, str]] = frozenset(
    {
        (Controller, "contact"),
        (Controller, "currency"),
        (Controller, "registration"),
        (Category, "kind"),
        (Category, "title"),
        (Category, "note"),
        (Hold, "title"),
        (Purpose, "may"),
        (Purpose, "title"),
        (Place, "note"),
        (Embed, "name"),
        (Embed, "path"),
        (Post, "title"),
        (Measure, "note"),
        (ContactPoint, "kind"),
        (ContactPoint, "value"),
        (ContactPoint, "wall"),
    }
)
"""Names, notes and addresses; `may` is judged by its parts, `says` binds text to rules."""
