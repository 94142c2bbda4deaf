"""What a migrated database must be: what the models say, made by migrations that exist."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.databases import ROOT


def own_labels() -> list[str]:
    """Apps of this repository that have migrations."""
    migrated = MigrationLoader(None).migrated_apps
    return sorted(
        config.label
        for config in apps.get_app_configs()
        if config.label in migrated and config.path.startswith(f"{ROOT}/s")
    )


def not_written_down() -> str:
    """What `makemigrations` would still write; empty = models and migrations agree."""
    said = StringIO()
    try:
        call_command("makemigrations", *own_labels(), check=True, dry_run=True, stdout=said)
    except SystemExit:
        return said.getvalue()
    return ""


def not_applied() -> list[Any]:
    """Migrations that the database of this process has not run."""
    executor = MigrationExecutor(connections["default"])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def differences() -> list[str]:
    """Tables and columns that the models have and the database not, or the other way round."""
    found = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            options = model._meta
            if options.proxy or not options.managed:
                continue
            if options.db_table not in tables:
                found.append(f"{options.db_table} is missing")
                continue
            said = {field.column for field in options.local_concrete_fields}
            description = connection.introspection.get_table_description(cursor, options.db_table)
            held = {column.name for column in description}
            found += [f"{options.db_table}.{name}" for name in sorted(said ^ held)]
    return found
