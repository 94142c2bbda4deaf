"""The shape of an application's models as data: `python -m foreign.describe SUITE --source PATH`.

Names, types and relations of the fields of the models that the truth knows, nothing of the
code. The engine's tests build models
from it again, so the quality of drafting is watched without the application.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from foreign.suites import SUITES

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ("null", "blank", "unique", "primary_key")
OWN = ("upheld",)
"""The engine maps its own tables."""


def described(labels: Iterable[str]) -> dict[str, Any]:
    """Return label -> field -> [type, options] of the models `labels` and what they point at."""
    from django.apps import apps

    found: dict[str, Any] = {}
    for model in apps.get_models():
        opts = model._meta
        if opts.app_label in OWN or opts.proxy or opts.swapped:
            continue
        fields = {
            field.name: _field(field)
            for field in [*opts.local_fields, *opts.local_many_to_many]
            if field.is_relation or field.column is not None
        }
        found[opts.label] = {"table": opts.db_table, "fields": fields}
    wanted = [label for label in labels if label in found]
    for label in wanted:  # grows while it is walked
        for _, options in found[label]["fields"].values():
            if options.get("to", label) not in wanted and options["to"] in found:
                wanted.append(options["to"])
    return {label: found[label] for label in sorted(wanted)}


def _field(field: Any) -> list[Any]:
    options: dict[str, Any] = {
        name: True for name in OPTIONS if getattr(field, name, False) is True
    }
    if field.is_relation:
        options["to"] = field.remote_field.model._meta.label
        options["related_name"] = field.remote_field.related_name
        if getattr(field.remote_field, "parent_link", False):
            options["parent_link"] = True
        return [_kind(field), {k: v for k, v in options.items() if v is not None}]
    if field.max_length:
        options["max_length"] = field.max_length
    if getattr(field, "choices", None):
        options["choices"] = True
    if str(field.verbose_name) != field.name.replace("_", " "):
        options["verbose_name"] = str(field.verbose_name)
    return [_kind(field), options]


def _kind(field: Any) -> str:
    """The class of `django.db.models` that the field is or comes from."""
    for base in type(field).__mro__:
        if base.__module__.startswith("django.db.models.fields"):
            return base.__name__
    return "CharField"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m foreign.describe", description=__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    suite = SUITES[given.suite]
    if "FOREIGN_SUITE" not in os.environ:
        # Once more, with the paths and the settings that the application needs.
        base = given.source or Path(tempfile.gettempdir())
        roots = [str(base / root) for root in suite.roots] if suite.source else []
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*roots, str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "foreign.overlay",
            "FOREIGN_SUITE": suite.name, "FOREIGN_MODE": "stock", "FOREIGN_DATABASE": "sqlite",
        }  # fmt: skip
        command = [sys.executable, "-m", "foreign.describe", suite.name]
        return subprocess.run(command, env=environment, cwd=base, check=False).returncode
    import django

    django.setup()
    from foreign.measured import truth  # it needs the apps

    lines = [
        f"{json.dumps(label)}: {json.dumps(entry, sort_keys=True)}"
        for label, entry in described(truth(suite.name).models).items()
    ]
    print("{\n" + ",\n".join(lines) + "\n}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
