"""Folders a run is made in: copies of the source and the engine; policy, notice and map."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from foreign.suites import HERE, Suite

LEFT_OUT = shutil.ignore_patterns(".git", "docs", "node_modules", "__pycache__", "client")


def copied(source: Path, work: Path) -> Path:
    """Copy an unpacked source tree: suites write indexes and media beside their tests."""
    target = work / "source"
    shutil.copytree(source, target, ignore=LEFT_OUT, symlinks=True)
    return target


def engine_copied(work: Path) -> Path:
    """Copy the engine as it stands: it loads parts late, and a run takes longer than an edit."""
    target = work / "engine"
    for package in (HERE.parent / "src" / "upheld", HERE):
        shutil.copytree(package, target / package.name, ignore=LEFT_OUT)
    return target


def privacy(suite: Suite, mode: str, work: Path) -> Path:
    """Write the privacy folder of a run. Only `sealed` keeps what the policy says of sealing.

    A suite without a folder of its own is observed: its map is the truth about its columns.
    """
    target = work / "privacy"
    own = suite.folder / "privacy"
    shutil.copytree(own if own.is_dir() else HERE / "observed", target)
    if not own.is_dir():
        shutil.copy(HERE / "truth" / f"{suite.name}.yaml", target / "map.yaml")
    if mode != "sealed":
        path = target / "policy.yaml"
        policy: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for category in policy["data"].values():
            category.pop("sealed", None)
        path.write_text(yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")
    return target
