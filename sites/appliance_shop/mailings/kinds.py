"""The three mailings that people can agree to, each with its purpose and topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sites.appliance_shop.mailings.offers import Offer, bargains, bundles, launches


@dataclass(frozen=True, slots=True)
class Kind:
    """One mailing. `template` is its text in Markdown."""

    id: str
    purpose: str
    topic: str
    title: str
    subject_line: str
    offers: Callable[[], list[Offer]]

    @property
    def template(self) -> str:
        return f"mailings/{self.id}.md"


KINDS: Final[dict[str, Kind]] = {
    kind.id: kind
    for kind in (
        Kind(
            "weekly-bundles",
            "weekly_bundle_mail",
            "weekly bundle deals",
            "Bundle deals of week {week}",
            "This week's bundles from {{site}}",
            bundles,
        ),
        Kind(
            "discounts",
            "discount_mail",
            "discounts",
            "Discounts of week {week}",
            "A little less for a good tool",
            bargains,
        ),
        Kind(
            "launches",
            "launch_mail",
            "product launches",
            "New in week {week}",
            "New on our shelves",
            launches,
        ),
    )
}
