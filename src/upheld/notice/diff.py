"""What changed between two notices, sentence by sentence.

A promise that is not made any more is material; one that is worded anew is not: whether
its meaning changed stands in the rules, which `upheld.policy.diff` compares.
"""

from __future__ import annotations

from upheld.notice.types import Notice
from upheld.policy.diff import EVERYONE, Difference


def diff_notices(old: Notice, new: Notice) -> list[Difference]:
    """Every promise that was withdrawn, worded anew or added, by its id."""
    before = {id: each.text for each in old.sentences for id in each.ids}
    after = {id: each.text for each in new.sentences for id in each.ids}
    found = [
        Difference(f"notice.{id}", "", "withdrawn", material=True, against=(EVERYONE,))
        if id not in after
        else Difference(f"notice.{id}", "", "worded anew", material=False)
        for id, text in before.items()
        if after.get(id) != text
    ]
    found += [
        Difference(f"notice.{id}", "", "added", material=False) for id in after if id not in before
    ]
    return found
