"""The first policy and notice of a project, made of what its map says."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from upheld.datamap.bind import concrete_models
from upheld.notice.starter import notice_text, policy_text
from upheld.policy.extend import whole_map
from upheld.policy.mapfile import MapFile

POLICY, NOTICE = "policy.yaml", "notice.md"


def start_policy(folder: Path) -> list[Path]:
    """Write a first policy and notice beside the map, where there are none.

    Returns the files it wrote. What is there is never touched.
    """
    wanted = [folder / name for name in (POLICY, NOTICE) if not (folder / name).exists()]
    if not wanted:
        return []
    source = whole_map(folder / "map.yaml").map
    categories, day = categories_of(source), timezone.now().date()
    purposes = {*source.routes.values(), *source.tasks.values(), *source.commands.values()}
    texts = {
        # Every category that an extended map names, so that it can be read; people are told
        # of those that this project holds.
        POLICY: policy_text(categories_of(source, installed=False), purposes, day),
        NOTICE: notice_text(categories, day),
    }
    for path in wanted:
        path.write_text(texts[path.name], encoding="utf-8")
    return wanted


def categories_of(source: MapFile, *, installed: bool = True) -> set[str]:
    """The categories of the models, of the installed ones alone or of all, and of the stores."""
    present = {model._meta.label.lower() for model in concrete_models()}
    found = {
        column.category
        for label, entry in source.models.items()
        if label.lower() in present or not installed
        for column in entry.columns.values()
        if column.role == "category"
    }
    return found | {name for store in source.stores.values() for name in store.what}
