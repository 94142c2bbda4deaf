"""`manage.py upheld init` and `manage.py upheld map`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from django.core.checks import ERROR

from upheld.conf import conf
from upheld.datamap import snapshot
from upheld.datamap.active import active
from upheld.datamap.bound import BoundModel, DataMap
from upheld.datamap.checks import check_map
from upheld.datamap.discover import discover
from upheld.datamap.draft import render
from upheld.datamap.start import start_policy
from upheld.errors import ConfigurationError
from upheld.policy.extend import whole_map
from upheld.policy.findings import PolicyError
from upheld.policy.mapfile import MapFile

MAP = "map.yaml"
DRAFT = "map.draft.yaml"
SEALED = {
    None: "",
    "none": ", sealed",
    "exact": ", sealed for exact look-up",
    "words": ", sealed for look-up by words",
}


class Init:
    """Exit 0 when nothing is left to declare or decide, 1 otherwise."""

    help = "draft the map of this project, and a policy and notice where there are none"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--privacy-dir", help="the folder (default: `PRIVACY_DIR`)")
        parser.add_argument(
            "--samples", type=int, default=100, metavar="N",
            help="look at up to N stored values a text column; 0 = none (default: 100)",
        )  # fmt: skip
        parser.add_argument(
            "--force", action="store_true", help=f"replace a {DRAFT} that is there already"
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        folder = _folder(options.privacy_dir)
        known, extended = _known(folder)
        exists = (folder / MAP).exists()
        draft = discover(known, extended, options.samples)
        unsure = [each for model in draft.models for each in model.unsure]
        if draft.empty:
            started = start_policy(folder)
            return _nothing_missing(folder / MAP, known, options.json, out, started)
        path = folder / (DRAFT if exists else MAP)
        # A map is written by hand: it is never touched again, with `--force` neither.
        if path.exists() and not options.force:
            raise ConfigurationError(
                f"`{path}` exists", hint="move its entries into map.yaml, or use `--force`"
            )
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(render(draft, addition=exists), encoding="utf-8")
        started = start_policy(folder)
        text = [f"wrote {path}: {len(draft.models)} models, {len(unsure)} unsure"]
        text += [f"  {each}" for each in unsure]
        text += [f"wrote {each}: to be completed" for each in started]
        text.append(_next_steps(unsure, started))
        found = {
            "written": str(path), "models": len(draft.models), "unsure": unsure,
            "started": [str(each) for each in started],
        }  # fmt: skip
        _tell(out, options.json, found, "\n".join(text))
        return 1


def _next_steps(unsure: list[str], started: list[Path]) -> str:
    steps = ["decide them"] if unsure else []
    if started:
        folder = started[0].parent
        steps.append(f"complete what `upheld lint {folder}` names")
    return "next: " + ", ".join([*steps, "then run `manage.py check` and `manage.py upheld map`"])


def _nothing_missing(
    path: Path, known: MapFile, as_json: bool, out: TextIO, started: list[Path]
) -> int:
    """Say that nothing is missing, and what still waits for a decision."""
    waiting = [f"{label}: {entry.unsure}" for label, entry in known.models.items() if entry.unsure]
    waiting += [
        f"{label}.{name}: {column.unsure}"
        for label, entry in known.models.items()
        for name, column in entry.columns.items()
        if column.unsure
    ]
    text = [f"{path} declares everything"]
    if waiting:
        text = [f"{path} declares everything, {len(waiting)} entries are unsure"]
    text += [f"  {each}" for each in waiting]
    text += [f"wrote {each}: to be completed" for each in started]
    if started:
        text.append(_next_steps(waiting, started))
    found = {
        "written": None, "models": 0, "unsure": waiting, "started": [str(p) for p in started],
    }  # fmt: skip
    _tell(out, as_json, found, "\n".join(text))
    return 1 if waiting or started else 0


class ShowMap:
    """Exit 0 when the map has no error and no drift, 1 otherwise."""

    help = "show the bound map; write or check its snapshot map.lock"

    def arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--write", action="store_true", help="write map.lock")
        group.add_argument("--check", action="store_true", help="compare with map.lock only")
        parser.add_argument("--model", default="", metavar="LABEL", help="show one model")

    def run(self, options: Namespace, out: TextIO) -> int:
        datamap = active().datamap
        if options.write:
            path = snapshot.write(datamap, _folder(None))
            _tell(out, options.json, {"written": str(path)}, f"wrote {path}")
            return 0
        if options.check:
            changed = snapshot.drift(datamap, _folder(None))
            _tell(out, options.json, {"drift": changed}, "\n".join(changed) or "no drift")
            return 1 if changed else 0
        return self._show(datamap, options, out)

    def _show(self, datamap: DataMap, options: Namespace, out: TextIO) -> int:
        models = [m for m in datamap.models if options.model in ("", m.label)]
        if not models:
            raise ConfigurationError(f"`{options.model}` is no declared model")
        messages = check_map(None)
        errors = [message for message in messages if message.level >= ERROR]
        data = {
            "models": [_as_data(model) for model in models],
            "problems": [
                {"id": m.id, "about": str(m.obj or ""), "message": m.msg, "hint": m.hint or ""}
                for m in messages
            ],
        }
        lines = [line for model in models for line in _as_lines(model)]
        lines += [f"{m.id} {m.obj}: {m.msg}" for m in messages]
        _tell(out, options.json, data, "\n".join([*lines, _summary(models, len(errors))]))
        return 1 if errors else 0


def _folder(given: str | None) -> Path:
    folder = Path(given) if given else conf().PRIVACY_DIR
    if folder is None:
        raise ConfigurationError(
            "there is no privacy folder", hint="set `PRIVACY_DIR` or use `--privacy-dir`"
        )
    return folder


def _known(folder: Path) -> tuple[MapFile, tuple[str, ...]]:
    """The map as far as it is written, and every package it extends."""
    if not (folder / MAP).exists():
        return MapFile(), ()
    whole = whole_map(folder / MAP)
    if any(finding.severity == "error" for finding in whole.findings):
        raise PolicyError(whole.findings)
    return whole.map, tuple({name for source in whole.sources for name in source.extends})


def _as_data(model: BoundModel) -> dict[str, Any]:
    return {
        "model": model.label,
        "subject": [path.text for path in model.paths],
        "nobody": model.nobody,
        "columns": [
            {
                "column": column.field.name,
                "role": column.role,
                "category": column.category,
                "sealed": column.lookup,
                "copy_of": list(column.copy_of),
            }
            for column in model.columns
        ],
    }


def _as_lines(model: BoundModel) -> list[str]:
    whose = " | ".join(path.text for path in model.paths) or f"nobody: {model.nobody}"
    lines = [f"{model.label}  ({whose})"]
    for column in model.columns:
        if column.role == "category":
            lines.append(f"  {column.field.name}: {column.category}{SEALED[column.lookup]}")
    return lines


def _summary(models: list[BoundModel], errors: int) -> str:
    roles = Counter(column.role for model in models for column in model.columns)
    return (
        f"{len(models)} models, {roles['category']} personal columns, {roles['key']} keys, "
        f"{roles['none']} not personal, {errors} errors"
    )


def _tell(out: TextIO, as_json: bool, data: dict[str, Any], text: str) -> None:
    out.write((json.dumps(data, indent=2) if as_json else text) + "\n")


COMMANDS = {"init": Init(), "map": ShowMap()}
