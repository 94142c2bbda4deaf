"""What an answer is worth under the policy in force: does a yes still cover the purpose?"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS

from upheld.consent.models import Agreement
from upheld.consent.offered import before_choice
from upheld.consent.remembering import Held
from upheld.consent.substance import Substance, Wider, substance_of, wider
from upheld.policy.types import Policy, Purpose

NOTHING_MORE = Wider()
_UNKNOWN = Wider(data=("?",))
"""The agreement is not in the database: then nothing is sure to be covered."""


@dataclass(slots=True)
class Terms:
    """One policy's view of answers. What it works out is kept as long as the policy is."""

    policy: Policy
    _now: dict[str, Substance] = field(default_factory=dict)
    _beyond: dict[tuple[str, str], Wider] = field(default_factory=dict)

    def substance(self, rule: Purpose) -> Substance:
        """Return what a yes to `rule` means today."""
        found = self._now.get(rule.id)
        if found is None:
            found = self._now[rule.id] = substance_of(self.policy, rule)
        return found

    def beyond(self, rule: Purpose, agreement: str, using: str = DEFAULT_DB_ALIAS) -> Wider:
        """Return how far `rule` reaches beyond the agreement with this digest.

        An empty digest was recorded before agreements were kept, and covers everything.
        """
        if not agreement:
            return NOTHING_MORE
        found = self._beyond.get((rule.id, agreement))
        if found is None:
            now = self.substance(rule)
            if agreement == now.digest:
                found = NOTHING_MORE
            else:
                old = Agreement.objects.using(using).filter(pk=agreement).first()
                if old is None:
                    return _UNKNOWN
                found = wider(now, Substance.read(old.content))
            self._beyond[rule.id, agreement] = found
        return found

    def stale(self, rule: Purpose, held: Held | None, using: str = DEFAULT_DB_ALIAS) -> bool:
        """True when the person said yes to less than `rule` is today."""
        return bool(held and held.said and self.beyond(rule, held.agreement, using))

    def granted(self, rule: Purpose, held: Held | None, using: str = DEFAULT_DB_ALIAS) -> bool:
        """What counts: the answer, or what holds before one."""
        if held is None:
            return before_choice(rule)
        if held.said is None:
            return False  # the question was not put yet
        if held.tacit or self.stale(rule, held, using):
            return before_choice(rule)
        return held.said


_kept: dict[int, Terms] = {}
_MOST = 8


def terms_of(policy: Policy) -> Terms:
    """Return the terms of `policy`, made once for each."""
    found = _kept.get(id(policy))
    if found is None or found.policy is not policy:
        if len(_kept) >= _MOST:
            _kept.clear()
        found = _kept[id(policy)] = Terms(policy)
    return found
