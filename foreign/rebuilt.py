"""Models made again from a description, in a registry of their own: no table, no code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import models

RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")


def rebuilt(path: Path) -> dict[str, type[models.Model]]:
    """Return label -> model. Fields of types that Django does not have are left out."""
    described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    registry = Apps()
    registry.ready = registry.apps_ready = registry.models_ready = True
    return {label: _model(label, entry, registry) for label, entry in described.items()}


def _model(label: str, entry: dict[str, Any], registry: Apps) -> type[models.Model]:
    app_label, name = label.split(".")
    meta = {"apps": registry, "app_label": app_label, "db_table": entry["table"]}
    fields = {
        field: made
        for field, (kind, options) in entry["fields"].items()
        if (made := _field(kind, options)) is not None
    }
    body = {"__module__": __name__, "Meta": type("Meta", (), meta), **fields}
    return type(name, (models.Model,), body)


def _field(kind: str, options: dict[str, Any]) -> models.Field[Any, Any] | None:
    given = dict(options)
    made: Any = getattr(models, kind, None)
    if made is None:
        return None
    if given.pop("choices", False):
        given["choices"] = [("a", "A")]
    if kind == "DecimalField":
        given |= {"max_digits": 12, "decimal_places": 2}
    if kind in RELATIONS:
        given.pop("related_name", None)
        to = given.pop("to")
        if kind == "ManyToManyField":
            return models.ManyToManyField(to, related_name="+")
        if given.pop("parent_link", False):
            given |= {"parent_link": True, "primary_key": True}
        return made(to, on_delete=models.CASCADE, **given)
    return made(**given)
