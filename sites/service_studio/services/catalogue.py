"""The studio's price list, as it is put into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from sites.service_studio.services.models import Service

LIST: Final = Path(__file__).with_name("price_list.yaml")


def make_services() -> int:
    """Put the price list in. Returns how many services there are."""
    listed = yaml.safe_load(LIST.read_text())
    for place, each in enumerate(listed):
        includes = "\n".join(each.pop("includes"))
        Service.objects.create(place=place, includes=includes, **each)
    return len(listed)
