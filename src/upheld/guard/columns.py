"""The database type of sealed columns: text, for good.

Ciphertext is longer than what it hides, and a third party's `AlterField` must not cut it.
So every answer that Django gives about the type of a sealed column is `text`, also for
the historical models of migrations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from upheld.datamap.active import active
from upheld.errors import ConfigurationError

Kind = str | Callable[[dict[str, Any]], str]


def as_text_when_sealed(kind: Kind) -> Callable[[dict[str, Any]], str]:
    """Wrap an entry of a backend's `data_types`; its argument is the field's `__dict__`."""

    def db_type(field: dict[str, Any]) -> str:
        if _is_sealed(field):
            return "text"
        return kind(field) if callable(kind) else kind % field

    return db_type


def _is_sealed(field: dict[str, Any]) -> bool:
    model, column = field.get("model"), field.get("column")
    if model is None or column is None:
        return False
    try:
        found = active().datamap.column_named(model._meta.db_table, column)
    except ConfigurationError:
        # Models are still being loaded, or the checks will name what is wrong.
        return False
    return found is not None and found.lookup is not None
