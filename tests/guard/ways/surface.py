"""What the installed Django offers, listed by looking at it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from django.db import models
from django.db.models import Lookup, Transform
from django.db.models.expressions import BaseExpression
from django.db.models.sql.query import Query

_MODULES = (
    "django.contrib.postgres.aggregates",
    "django.contrib.postgres.expressions",
    "django.contrib.postgres.fields",
    "django.contrib.postgres.functions",
    "django.contrib.postgres.lookups",
    "django.contrib.postgres.search",
    "django.db.models.fields.tuple_lookups",
    "django.db.models.functions",
    "django.db.models.indexes",
)
"""Importing them registers what they bring, as an installed app would."""
for _module in _MODULES:
    importlib.import_module(_module)


def public(cls: type) -> set[str]:
    """Names of a class that do not start with an underscore."""
    return {name for name in dir(cls) if not name.startswith("_")}


def _below(cls: type) -> Iterator[type]:
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def _of_django(cls: type) -> set[type]:
    return {each for each in _below(cls) if each.__module__.startswith("django.")}


def name_of(cls: type) -> str:
    """The module and name, without the parts that all share."""
    module = cls.__module__.removeprefix("django.").replace("contrib.postgres", "postgres")
    return f"{module.removeprefix('db.models.')}.{cls.__qualname__}"


def expressions() -> dict[str, type]:
    """Every expression class by name; lookups and queries are listed apart."""
    return {
        name_of(cls): cls
        for cls in _of_django(BaseExpression)
        if not issubclass(cls, Lookup | Query)
    }


def lookups() -> dict[str, type[Lookup[object]]]:
    """Every lookup class by name."""
    return {name_of(cls): cls for cls in _of_django(Lookup)}


def fields() -> dict[str, type[models.Field[object, object]]]:
    """Every field class that has lookups of its own or inherits them."""
    return {cls.__name__: cls for cls in _of_django(models.Field)}


def is_transform(cls: type) -> bool:
    """Tell whether a registered class makes another expression, not a condition."""
    return issubclass(cls, Transform)
