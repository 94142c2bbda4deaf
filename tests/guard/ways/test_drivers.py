"""Every public name of the drivers' cursors and connections, and of Django's round them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from tests.guard.conftest import Clinic, as_
from tests.guard.ways.surface import public
from tests.project.clinic.models import Patient
from upheld.errors import PurposeError

STEAL = "SELECT email FROM auth_user"
Door = Callable[[], Any]


def held() -> Any:
    """The driver's own connection."""
    connection.ensure_connection()
    return connection.connection


def cursor() -> Any:
    """Django's cursor."""
    return connection.cursor()


OF_DJANGO: dict[str, Door] = {
    "execute": lambda: cursor().execute(STEAL),
    "executemany": lambda: cursor().executemany(STEAL, [()]),
    "callproc": lambda: cursor().callproc("query_to_xml", [STEAL, True, False, ""]),
    "cursor": lambda: connection.cursor().execute(STEAL),
    "chunked_cursor": lambda: connection.chunked_cursor().execute(STEAL),
    "create_cursor": lambda: connection.create_cursor().execute(STEAL),
    "make_cursor": lambda: connection.make_cursor(connection.create_cursor()).execute(STEAL),
    "make_debug_cursor": lambda: connection.make_debug_cursor(
        connection.create_cursor()).execute(STEAL),
    "temporary_connection": lambda: connection.temporary_connection().__enter__().execute(STEAL),
    "execute_wrapper": lambda: past_wrapper(),
    "schema_editor": lambda: connection.schema_editor(atomic=False, collect_sql=False)
    .connection.cursor().execute(STEAL),
    "on_commit": lambda: connection.on_commit(lambda: cursor().execute(STEAL)),
    "copy": lambda: connection.copy().ops.connection.cursor().execute(STEAL),
}  # fmt: skip
OF_SQLITE: dict[str, Door] = {
    "execute": lambda: held().execute(STEAL),
    "executemany": lambda: held().executemany("DELETE FROM auth_user WHERE id = ?", [(1,)]),
    "executescript": lambda: held().executescript("SELECT 1; DELETE FROM clinic_patient;"),
    "cursor": lambda: held().cursor(sqlite3.Cursor).execute(STEAL),
    "iterdump": lambda: list(held().iterdump()),
    "backup": lambda: held().backup(sqlite3.connect(":memory:")),
    "serialize": lambda: held().serialize(),
    "deserialize": lambda: held().deserialize(b""),
    "blobopen": lambda: held().blobopen("auth_user", "email", 1),
    "set_trace_callback": lambda: held().set_trace_callback(print),
    "set_authorizer": lambda: held().set_authorizer(None),
}
OF_POSTGRESQL: dict[str, Door] = {
    "execute": lambda: held().execute(STEAL),
    "executemany": lambda: held().cursor().executemany(STEAL, [()]),
    "cursor": lambda: held().cursor(name="named").execute(STEAL),
    "copy": lambda: cursor().copy("COPY auth_user TO STDOUT"),
    "stream": lambda: list(cursor().stream(STEAL)),
    "nextset": lambda: cursor().execute(f"SELECT 1; {STEAL}"),
    "set_result": lambda: cursor().execute(f"SELECT 1; {STEAL}"),
    "results": lambda: cursor().execute(f"SELECT 1; {STEAL}"),
    "pipeline": lambda: held().pipeline() and held().execute(STEAL),
    "transaction": lambda: held().transaction() and held().execute(STEAL),
    "callproc": lambda: cursor().callproc("pg_read_file", ["/etc/passwd"]),
}
RESULTS = {
    "arraysize", "close", "connection", "description", "fetchall", "fetchmany", "fetchone",
    "lastrowid", "row_factory", "rowcount", "setinputsizes", "setoutputsize", "adapters", "closed",
    "format", "pgresult", "rownumber", "scroll", "statusmessage", "itersize", "name", "scrollable",
    "withhold",
}  # fmt: skip
"""Of cursors: what is got here was let through by the statement."""
SESSION = {
    "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
    "NotSupportedError", "OperationalError", "ProgrammingError", "Warning", "close", "commit",
    "getlimit", "in_transaction", "interrupt", "isolation_level", "rollback", "row_factory",
    "set_progress_handler", "setlimit", "text_factory", "total_changes", "adapters",
    "add_notice_handler", "add_notify_handler", "autocommit", "broken", "cancel", "cancel_safe",
    "closed", "connection", "deferrable", "fileno", "info", "notifies", "prepare_threshold",
    "prepared_max", "read_only", "remove_notice_handler", "remove_notify_handler",
    "set_autocommit", "set_deferrable", "set_isolation_level", "set_read_only", "tpc_begin",
    "tpc_commit", "tpc_prepare", "tpc_recover", "tpc_rollback", "wait", "xid",
}  # fmt: skip
"""Of connections: the session and its transactions, no rows."""
CALLED_BY_STATEMENTS = {
    "create_aggregate", "create_collation", "create_function", "create_window_function",
}  # fmt: skip
"""Functions of a project's own: a statement that names one is refused as unreadable."""
OTHER_SERVERS = {"connect"}
"""A connection of one's own is hostile code: see the threat model."""
OF_A_SESSION = {
    "SchemaEditorClass", "allow_thread_sharing", "check_constraints",
    "check_database_version_supported", "check_settings", "clean_savepoints", "client_class",
    "close", "close_if_health_check_failed", "close_if_unusable_or_obsolete", "commit",
    "connect", "constraint_checks_disabled", "creation_class", "data_type_check_constraints",
    "data_types", "data_types_suffix", "dec_thread_sharing", "disable_constraint_checking",
    "display_name", "enable_constraint_checking", "ensure_connection", "ensure_timezone",
    "features_class", "get_autocommit", "get_connection_params", "get_database_version",
    "get_new_connection", "get_rollback", "inc_thread_sharing", "init_connection_state",
    "introspection_class", "is_usable", "ops", "ops_class", "prepare_database",
    "queries_limit", "queries_logged", "rollback", "run_and_clear_commit_hooks", "savepoint",
    "savepoint_commit", "savepoint_rollback", "set_autocommit", "set_rollback", "timezone",
    "timezone_name", "validate_no_atomic_block", "validate_no_broken_transaction",
    "validate_thread_sharing", "validation_class", "vendor", "wrap_database_errors",
}  # fmt: skip
"""Of Django's connections: settings, transactions and features, no statement of the caller's.
`queries` is the debug log: see test_logs."""


def past_wrapper() -> None:
    """A wrapper may call the driver with another statement."""
    with connection.execute_wrapper(lambda execute, sql, *rest: execute(STEAL, *rest)):
        cursor().execute("SELECT 1")


DOORS = {**OF_DJANGO, **{f"driver.{name}": door for name, door in (
    OF_SQLITE if connection.vendor == "sqlite" else OF_POSTGRESQL).items()}}  # fmt: skip


if connection.vendor == "sqlite":
    del DOORS["callproc"]  # SQLite has no procedures


@pytest.mark.parametrize("name", sorted(set(DOORS) - {"on_commit"}))
def test_refused(clinic: Clinic, name: str) -> None:
    with as_("upkeep"), pytest.raises((PurposeError, NotImplementedError)) as caught:
        DOORS[name]()
    if caught.type is NotImplementedError:
        assert name == "copy"  # Django copies no connection to a database in memory
    with as_("upkeep"):
        assert Patient.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_on_commit(clinic: Clinic) -> None:
    with as_("upkeep"), pytest.raises(PurposeError):
        DOORS["on_commit"]()


def test_no_name_of_sqlite_is_forgotten() -> None:
    known = set(OF_SQLITE) | RESULTS | SESSION | CALLED_BY_STATEMENTS
    assert public(sqlite3.Cursor) - known == set()
    # Loading extensions is left out of some builds.
    extensions = {"enable_load_extension", "load_extension"}
    assert public(sqlite3.Connection) - known - extensions == set()


def test_no_name_of_psycopg_is_forgotten() -> None:
    known = set(OF_POSTGRESQL) | RESULTS | SESSION | OTHER_SERVERS
    for cls in (psycopg.Cursor, psycopg.ServerCursor, psycopg.ClientCursor):
        assert public(cls) - known - {"mogrify"} == set()
    assert public(psycopg.Connection) - known == set()


def test_no_name_of_django_is_forgotten() -> None:
    wrappers = public(CursorWrapper) | public(CursorDebugWrapper)
    texts = {"APPS_NOT_READY_WARNING_MSG", "WRAP_ERROR_ATTRS", "debug_sql"}
    assert wrappers - set(OF_DJANGO) - texts == set()
    assert public(BaseDatabaseWrapper) - set(OF_DJANGO) - OF_A_SESSION - {"queries"} == set()
    assert (set(OF_DJANGO) | OF_A_SESSION) - public(BaseDatabaseWrapper) - wrappers == set()
