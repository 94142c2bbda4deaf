"""What a purpose stands for: that which a person says yes to, apart from how it is worded.

A yes covers what it was given to and anything narrower. When the purpose reaches further
(more data, another recipient, another channel, a new topic), the yes no longer counts and the
person is asked again; a title, a sentence or an order of words is no reason to ask.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from upheld.policy.types import ALL, Policy, Purpose


@dataclass(frozen=True, slots=True)
class Substance:
    """What is agreed to. Each part but `purpose` and `channel` is sorted and without doubles.

    `data` are categories that the purpose may use in any way, `recipients` the ids of outside
    bodies with the country they are in (`carrier (US)`), `outside` origins that are loaded.
    """

    purpose: str
    data: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    channel: str = ""
    topics: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        """Canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return sha256(self.content.encode()).hexdigest()

    @classmethod
    def read(cls, content: str) -> Substance:
        """Return what `content` was made of."""
        given = json.loads(content)
        parts = ("data", "recipients", "outside", "topics")
        return cls(
            purpose=given["purpose"],
            channel=given["channel"],
            **{part: tuple(given[part]) for part in parts},
        )


def substance_of(policy: Policy, rule: Purpose) -> Substance:
    """Return what somebody who says yes to `rule` agrees to."""
    grant = rule.may
    used = {*grant.read, *grant.mask, *grant.match, *grant.write}
    if ALL in used:
        used = set(policy.data)
    return Substance(
        rule.id,
        tuple(sorted(used)),
        tuple(
            sorted(
                f"{each.id} ({each.where})" if each.where else each.id
                for each in policy.recipients.values()
                if rule.id in each.purposes
            )
        ),
        tuple(sorted({each.origin for each in policy.embeds.values() if each.purpose == rule.id})),
        rule.channel,
        tuple(sorted(set(rule.topics))),
    )


@dataclass(frozen=True, slots=True)
class Wider:
    """How far a purpose reaches beyond what was agreed to; empty = not at all."""

    data: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    channel: str = ""
    topics: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.data, self.recipients, self.outside, self.channel, self.topics))


def wider(now: Substance, agreed: Substance) -> Wider:
    """Return what `now` has that `agreed` had not."""

    def more(part: str) -> tuple[str, ...]:
        had = getattr(agreed, part)
        return tuple(each for each in getattr(now, part) if each not in had)

    return Wider(
        more("data"),
        more("recipients"),
        more("outside"),
        "" if now.channel in ("", agreed.channel) else now.channel,
        more("topics"),
    )
