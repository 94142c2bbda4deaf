"""Oscar's partner app under this module's name, so that `strategy` is found here."""

from __future__ import annotations

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):  # type: ignore[misc] # Oscar ships no types
    name = "sites.appliance_shop.apps.partner"
