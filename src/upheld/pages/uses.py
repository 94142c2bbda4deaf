"""Who used a person's data, as the log says, in words a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from upheld.datamap.active import active
from upheld.journal import Entry, events_of
from upheld.pages.sentences import Promise, promises
from upheld.policy.types import AUTHENTICATION, ENGINE_PURPOSES, RIGHTS
from upheld.rights.reasons import purpose_title, title_of

ENTRIES_READ = 600
"""Log entries looked at for one page; one visit of a page makes several."""
_DONE = {
    "read": "saw",
    "write": "changed",
    "refusal": "was refused",
    "consent": "answered a question about",
    "export": "made a copy of",
    "erasure": "deleted",
    "disclosure": "passed on",
    "access": "showed",
    "break_glass": "opened in an emergency",
    "key": "changed the keys of",
    "request": "handled a request about",
}
_SECOND_PERSON = {"was refused": "were refused"}


@dataclass(slots=True)
class Use:
    """What the same person did for the same reason within the same minute."""

    at: datetime
    who: str
    done: str
    why: str
    refused: bool
    says: tuple[Promise, ...]
    what: list[str] = field(default_factory=list)


def uses_of(subject: str, *, most: int) -> list[Use]:
    """Return the newest uses of `subject`'s data, at most `most`."""
    return gathered(events_of(subject, limit=ENTRIES_READ))[:most]


def gathered(entries: Iterable[Entry]) -> list[Use]:
    """Join entries that a person would call one use; the order stays, newest first.

    A look that found nothing about the person is no use of their data and is left out.
    """
    found: dict[tuple[object, ...], Use] = {}
    for entry in entries:
        if entry.kind == "read" and not entry.rows:
            continue
        use = found.setdefault(_same(entry), _use(entry))
        titles = (title_of(name) for name in entry.categories)
        use.what.extend(title for title in titles if title not in use.what)
    return list(found.values())


def _same(entry: Entry) -> tuple[object, ...]:
    minute = entry.at.replace(second=0, microsecond=0)
    return minute, entry.kind, entry.purpose, entry.own, entry.actor, entry.posts


def _use(entry: Entry) -> Use:
    rule = active().policy.purposes.get(entry.purpose)
    who = _who(entry)
    done = _DONE.get(entry.kind, entry.kind)
    own = entry.purpose in ENGINE_PURPOSES
    return Use(
        at=entry.at,
        who=who,
        done=_SECOND_PERSON.get(done, done) if who.startswith("You") else done,
        why=purpose_title(rule) if rule else entry.purpose or "no purpose",
        refused=entry.kind == "refusal",
        says=() if own or rule is None else promises(rule.says),
    )


def _who(entry: Entry) -> str:
    if entry.own:
        return "You"
    if entry.actor == "staff":
        posts = [active().policy.posts.get(post) for post in entry.posts]
        titles = ", ".join(post.title or post.id for post in posts if post is not None)
        return f"Staff ({titles})" if titles else "Staff"
    if entry.purpose == RIGHTS and entry.place.startswith("upheld:"):
        return "You, in the member centre,"  # its pages show a person their own data only
    if entry.actor == "system" or entry.purpose == AUTHENTICATION:
        return "The site itself"
    return "You, before signing in," if entry.actor == "visitor" else f"A {entry.actor}"
