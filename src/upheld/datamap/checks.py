"""Django's system checks over the map: `manage.py check` and every start-up command.

E001 undeclared model or column          E002 declared twice
E003 declared but not there              E004 neither or both of subject and `nobody`
E005 subject path leads nowhere          E006 drafted entry still unsure
E007 category not in the policy          E008 sealed type cannot hold ciphertext
E009 retention date leads to no date
E010 kind of subject not there           E011 kind known by a column sealed without look-up
E012 purpose not in the policy           E013 subjects of two walls in one table
E020 the folder cannot be used           E021 a database without the guard
E022 sessions in an undeclared store     E023 cache that outlives the process undeclared
E024 the map changed since `map.lock`
W001 rows that may have no subject       W002 sealed and unique
W003 generic relation not declared       W004 admin log texts declared as not personal
W005 no `map.lock`                       W006 a key with a category
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from upheld.conf import conf
from upheld.datamap import snapshot
from upheld.datamap.active import Active, MapError, active
from upheld.datamap.guarded import BACKENDS, is_guarded
from upheld.datamap.problems import Problem
from upheld.errors import ConfigurationError

IN_PROCESS = ("DummyCache", "LocMemCache")
"""Caches that die with the process and are read by nobody else."""


def as_message(problem: Problem) -> CheckMessage:
    """A problem in Django's form."""
    kind = Warning if problem.level == "warning" else Error
    return kind(
        problem.message,
        hint=problem.hint or None,
        obj=problem.about or None,
        id=f"upheld.{problem.id}",
    )


def check_map(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everything that is wrong with the map of this project."""
    try:
        now = active()
    except MapError as error:
        return [as_message(problem) for problem in error.problems]
    except ConfigurationError as error:
        return [Error(error.message, hint=error.hint or None, obj="UPHELD", id="upheld.E020")]
    problems = [*now.datamap.problems]
    for look in LOOKS:
        problems.extend(look(now))
    return [as_message(problem) for problem in problems]


def generic_relations(now: Active) -> Iterable[Problem]:
    """A generic relation may point at a person: its key needs a declaration by name."""
    for model in now.datamap.models:
        declared = now.datamap.source.models.get(model.label)
        for field in model.model._meta.private_fields:
            if not isinstance(field, GenericForeignKey) or declared is None:
                continue
            if field.fk_field not in declared.columns:
                yield Problem(
                    "W003",
                    f"the generic relation `{field.name}` may point at a person, but "
                    f"`{field.fk_field}` is not declared by name",
                    "list it: `none`, `key` or a category",
                    model.label,
                )


def purposes(now: Active) -> Iterable[Problem]:
    """Routes, tasks and commands run for purposes that the policy declares."""
    source = now.datamap.source
    for part, rules in (
        ("routes", source.routes), ("tasks", source.tasks), ("commands", source.commands),
    ):  # fmt: skip
        for name, wanted in rules.items():
            if wanted not in now.policy.purposes:
                yield Problem(
                    "E012", f"purpose `{wanted}` is not in the policy",
                    "declare it under `purposes` in policy.yaml", f"{part}.{name}",
                )  # fmt: skip


def sessions(now: Active) -> Iterable[Problem]:
    """Sessions hold sign-ins and checkout data, wherever they are kept."""
    if not any("sessions" in name for name in settings.MIDDLEWARE):
        return
    engine = settings.SESSION_ENGINE
    if issubclass(import_module(engine).SessionStore, DatabaseStore):
        return  # its table is declared or reported like any other
    if "sessions" not in now.datamap.stores:
        yield Problem(
            "E022",
            f"sessions are kept by `{engine}`, which is no mapped table",
            "declare it in map.yaml: `stores: {sessions: {what: [session.content]}}`",
            "stores",
        )


def caches(now: Active) -> Iterable[Problem]:
    """A cache that outlives the process keeps copies that no table shows."""
    for alias, config in settings.CACHES.items():
        kind = str(config.get("BACKEND", "")).rpartition(".")[2]
        if kind in IN_PROCESS or {"cache", f"cache_{alias}"} & set(now.datamap.stores):
            continue
        yield Problem(
            "E023",
            f"the cache `{alias}` ({kind}) outlives the process and is not declared",
            f"say what it holds: `stores: {{cache_{alias}: {{what: []}}}}`",
            "stores",
        )


def admin_log(now: Active) -> Iterable[Problem]:
    """The admin log repeats the names and values of whatever was changed."""
    model = now.datamap.model("admin.LogEntry")
    for name in ("object_repr", "change_message") if model else ():
        column = model.column(name) if model else None
        if column is not None and column.role == "none":
            yield Problem(
                "W004", "the admin log repeats names and values of what was changed",
                "give it a category, e.g. `free_text`", column.label,
            )  # fmt: skip


def databases(now: Active) -> Iterable[Problem]:
    """Mapped tables live behind our backends only."""
    for alias in connections:
        if not is_guarded(alias):
            yield Problem(
                "E021",
                f"the database `{alias}` is reached without the guard",
                f"set its ENGINE to `{BACKENDS}postgresql` or `{BACKENDS}sqlite3`",
                "DATABASES",
            )


def drift(now: Active) -> Iterable[Problem]:
    """The map must be as somebody last committed it."""
    folder = conf().PRIVACY_DIR
    if folder is None:
        return
    try:
        changed = snapshot.drift(now.datamap, folder)
    except ConfigurationError as error:
        yield Problem("W005", error.message, error.hint, snapshot.FILE)
        return
    if changed:
        shown = "; ".join(changed[:3]) + (" ..." if len(changed) > 3 else "")
        yield Problem(
            "E024",
            f"{len(changed)} lines differ from what was committed: {shown}",
            "look at each, then run `manage.py upheld map --write` and commit",
            snapshot.FILE,
        )


LOOKS: tuple[Callable[[Active], Iterable[Problem]], ...] = (
    generic_relations,
    purposes,
    sessions,
    caches,
    admin_log,
    databases,
    drift,
)


def registered() -> None:
    """Register with Django; called when the app is ready."""
    register(check_map, Tags.models)
