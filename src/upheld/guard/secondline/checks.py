"""System checks of the second line.

E030 the database does not match the policy (`check --database ALIAS`, and before `migrate`)
E031 a second line where there cannot be one
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from upheld.conf import conf
from upheld.errors import ConfigurationError
from upheld.guard.secondline.apply import structure
from upheld.guard.secondline.facts import owner_alias
from upheld.guard.secondline.names import app_login

SHOWN = 3
"""Differences named in one message; the command names them all."""


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The setting names databases that can have a second line."""
    found: list[CheckMessage] = []
    for alias in conf().SECOND_LINE:
        try:
            named = (alias, owner_alias(alias))
        except ConfigurationError as error:
            found.append(_error(error.message, error.hint, "E031"))
            continue
        for name in named:
            if name not in connections or connections[name].vendor != "postgresql":
                found.append(
                    _error(
                        f"`SECOND_LINE` names the database `{name}`, which is not PostgreSQL",
                        "take it out, or move the site to PostgreSQL",
                        "E031",
                    )
                )
    return found


def check_database(
    app_configs: Any, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database is as the policy says, seen by the site's own login."""
    return [
        message
        for alias in databases or ()
        if alias in conf().SECOND_LINE and connections[alias].vendor == "postgresql"
        for message in _compared(alias)
    ]


def _compared(alias: str) -> list[CheckMessage]:
    hint = "run `manage.py upheld second-line --check`, then with `--mend`"
    login = app_login(conf().SECOND_LINE_ROLES)
    user = connections[alias].settings_dict["USER"]
    try:
        findings = structure(alias).plan.findings
    except DatabaseError as error:
        what = f"the second line of `{alias}` cannot be read: {str(error).splitlines()[0]}"
        return [_error(what, "run `manage.py upheld second-line --apply`", "E030")]
    found: list[CheckMessage] = []
    if findings:
        named = "; ".join(findings[:SHOWN])
        more = f"; and {len(findings) - SHOWN} more" if len(findings) > SHOWN else ""
        found.append(_error(f"`{alias}` does not match the policy: {named}{more}", hint, "E030"))
    if user != login and user not in conf().SECOND_LINE_LOGINS:
        what = f"the site reaches `{alias}` as `{user}`, not as `{login}`"
        found.append(_error(what, f"set `USER` of `{alias}` to `{login}`", "E030"))
    return found


def _error(message: str, hint: str, id: str) -> Error:
    return Error(message, hint=hint, obj="UPHELD", id=f"upheld.{id}")


def registered() -> None:
    """Register the checks with Django."""
    register(check_settings)
    register(check_database, Tags.database)
