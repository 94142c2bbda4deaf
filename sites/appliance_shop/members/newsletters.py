"""The three newsletters a person may say yes to, in the words shown beside each box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from upheld.context import purpose


@dataclass(frozen=True, slots=True)
class Newsletter:
    """`purpose` is the policy's; `words` are what the person reads and agrees to."""

    purpose: str
    words: str


NEWSLETTERS: Final = (
    Newsletter("weekly_bundle_mail", "Mail me the bundles of the week."),
    Newsletter("discount_mail", "Mail me when prices fall."),
    Newsletter("launch_mail", "Mail me when you launch something new."),
)
WORDS_OF: Final = "2026-11-22"
"""The version of the words above: the day they were last changed."""


def agree(member: int, wanted: list[str], *, place: str) -> None:
    """Record that the member with this key ticked the boxes of the purposes `wanted`.

    A box left empty is no answer, so nothing is recorded for it.
    """
    if not settings.GUARD:
        return
    from upheld.consent import record

    with purpose("own", subject=f"member:{member}", place=place):
        for newsletter in NEWSLETTERS:
            if newsletter.purpose in wanted:
                record(
                    f"member:{member}",
                    newsletter.purpose,
                    True,
                    wording=newsletter.words,
                    version=WORDS_OF,
                    place=place,
                    method="form",
                )
