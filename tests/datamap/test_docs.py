"""What docs/data-map.md shows is what the code reads."""

from __future__ import annotations

import re
from pathlib import Path

from upheld.datamap import checks
from upheld.datamap.bind import FATAL
from upheld.policy.extend import loads_map

PAGE = (Path(__file__).parents[2] / "docs" / "data-map.md").read_text("utf-8")


def test_the_map_shown_is_a_map() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    warranty = loads_map(shown).models["shop.Warranty"]
    assert [path.text for path in warranty.paths] == [
        "order.user",
        "order.guest_email",
        "unresolved",
    ]
    assert warranty.columns["search_text"].copy_of == ("owner_name",)


def test_the_table_lists_every_check() -> None:
    listed = set(re.findall(r"\b([EW]\d{3})\b", checks.__doc__ or ""))
    assert set(re.findall(r"upheld\.([EW]\d{3})", PAGE)) == listed


def test_the_ids_that_stop_a_site_are_named() -> None:
    named = re.search(r"With (.*?) no decision", PAGE, re.DOTALL)
    assert named is not None
    assert set(re.findall(r"E\d{3}", named.group(1))) == FATAL | {"E020"}
