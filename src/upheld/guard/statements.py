"""What a raw SQL statement does, read by sqlglot: tables, columns, or why it is unreadable.

A parser is a net, not a wall. So the reading errs to the safe side: whatever is not one
plain SELECT, INSERT, UPDATE or DELETE over known functions, a view over such a SELECT or an
index is unreadable, and the caller refuses that. Cached by text: projects have few
different statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

HARMLESS = re.compile(
    r"\s*(?:SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK(?:\s+TO\s+SAVEPOINT)?|BEGIN|COMMIT|END|"
    r"START\s+TRANSACTION|SET\s+(?:CONSTRAINTS|TRANSACTION|(?:(?:SESSION|LOCAL)\s+)?(?:TIME\s*ZONE|"
    r"statement_timeout|lock_timeout|idle_in_transaction_session_timeout|application_name|"
    r"client_encoding|synchronous_commit|work_mem))\b|"
    r"SELECT\s+set_config\('TimeZone',\s*%s,\s*false\)|SHOW\s|PRAGMA\s+(?:foreign_keys|foreign_key_check|foreign_key_list|"
    r"defer_foreign_keys|legacy_alter_table|table_info|table_xinfo|table_list|index_list|"
    r"index_info|index_xinfo|journal_mode|synchronous|busy_timeout|user_version|"
    r"schema_version|integrity_check|quick_check|wal_checkpoint|cache_size|mmap_size|"
    r"temp_store|journal_size_limit|optimize)\b)[^;]*;?\s*\Z",
    re.IGNORECASE,
)
"""Statements about the session or the schema's shape; none reads a row of a table."""

_CATALOGS = frozenset(("information_schema", "pg_catalog"))
_CATALOG_TABLES = frozenset(("sqlite_master", "sqlite_schema", "sqlite_sequence", "dual"))
_CLOSED_CATALOGS = re.compile(
    r"pg_(?:stats|statistic|stat_|authid|shadow|largeobject|user_map|cursors|prepared|subscription)"
)
"""Catalogs that hold samples of column values, other people's statements or secrets."""

_FUNCTIONS = frozenset(
    (
        "nextval", "currval", "setval", "lastval", "pg_get_serial_sequence", "version",
        "pg_get_constraintdef", "pg_get_expr", "pg_get_indexdef", "pg_table_is_visible",
        "format_type", "col_description", "obj_description", "pg_advisory_lock",
        "pg_advisory_unlock", "pg_advisory_xact_lock", "pg_try_advisory_lock",
        "pg_try_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_is_in_recovery",
        "pg_advisory_lock_shared", "pg_try_advisory_xact_lock_shared", "current_database",
        "current_schema", "current_setting", "txid_current", "pg_backend_pid", "typeof",
        "sqlite_version", "quote", "last_insert_rowid", "changes", "total_changes",
        "json", "json_extract", "regexp", "django_date_trunc", "django_date_extract",
        "unnest", "generate_series", "pg_relation_size", "pg_total_relation_size",
        "pg_database_size", "pg_sleep", "array_position", "generate_subscripts",
        "any_value", "pg_get_partkeydef", "pg_get_userbyid", "hashtext", "instr", "printf",
        "pragma_table_info", "pragma_foreign_key_list", "pragma_index_list",
    )
)  # fmt: skip
"""Functions that take no SQL text and no whole row."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`unreadable` says why nothing else can be relied on; `tables` and `columns` are
    lower-cased names, `star` = all columns or a whole row; `made_here` names the CTEs:
    each hides a table of its name in some places only, so the name may mean both."""

    unreadable: str = ""
    tables: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    star: bool = False
    writes: bool = False
    made_here: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def read_statement(sql: str, vendor: str) -> Reading:
    """Read one statement. Never raises: what cannot be read says why."""
    # Here, not at the top: the parser costs 60 ms of start-up, and most sites never need it.
    import sqlglot
    from sqlglot import errors, exp

    text = _without_placeholders(sql)
    try:
        parsed = sqlglot.parse(text, read="postgres" if vendor == "postgresql" else "sqlite")
    except (errors.SqlglotError, RecursionError):
        return Reading("the parser does not understand it")
    trees = [tree for tree in parsed if tree is not None]
    if len(trees) != 1:
        return Reading("it is not one statement")
    (tree,) = trees
    plain = (exp.Select, exp.SetOperation, exp.Insert, exp.Update, exp.Delete, exp.Subquery)
    if isinstance(tree, exp.Create) and tree.kind == "INDEX":
        indexed = frozenset(table.name.lower() for table in tree.find_all(exp.Table))
        return Reading("", indexed, frozenset(name.lower() for name in _names(tree)))
    if isinstance(tree, exp.Create) and tree.kind == "VIEW":
        # A view reads what its query reads; reading from it later is asked about by its name.
        tree = tree.expression
    if not isinstance(tree, plain):
        return Reading(f"`{type(tree).__name__.lower()}` is not a plain statement")
    if tree.find(exp.Command, exp.Into):
        return Reading("it holds a command")
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() not in _FUNCTIONS:
            return Reading(f"nobody knows what the function `{call.name}` reads")
    known_here = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    tables = set()
    aliases = set(known_here)
    for table in tree.find_all(exp.Table):
        aliases.add(table.alias_or_name.lower())
        name = table.name.lower()
        if not name:
            continue  # a function in FROM, checked above
        closed = _CLOSED_CATALOGS.match(name)
        catalog = table.db.lower() in _CATALOGS or name in _CATALOG_TABLES or (
            not table.db and name.startswith("pg_")
        )  # fmt: skip
        if closed and catalog:
            return Reading(f"`{name}` holds samples of rows")
        if not catalog and name not in known_here:
            tables.add(name)
    columns = {name.lower() for name in _names(tree)}
    # The driver leaves the text alone when it has no parameters: `5 %(x)s` is a column then.
    in_placeholders = _WORDS.findall(sql.lower()) if "%" in sql else ()
    writes = isinstance(tree, exp.Insert | exp.Update | exp.Delete) or bool(
        tree.find(exp.Insert, exp.Update, exp.Delete)
    )
    star = bool(tree.find(exp.Star)) or bool(columns & aliases) or _renames(tree)
    if isinstance(tree, exp.Delete) or (writes and not columns):
        star = True
    columns.update(in_placeholders)
    return Reading("", frozenset(tables), frozenset(columns), star, writes, frozenset(known_here))


def _names(tree: object) -> Iterator[str]:
    from sqlglot import exp

    assert isinstance(tree, exp.Expression)
    for column in tree.find_all(exp.Column):
        yield column.name
    for identifier in tree.find_all(exp.Identifier):
        if not isinstance(identifier.parent, exp.Table | exp.TableAlias):
            yield identifier.name


def _renames(tree: object) -> bool:
    """True where columns are used without their names: `FROM t AS x(a, b)`, NATURAL JOIN."""
    from sqlglot import exp

    assert isinstance(tree, exp.Expression)
    return any(a.columns for a in tree.find_all(exp.TableAlias)) or any(
        str(join.args.get("method") or "").upper() == "NATURAL" for join in tree.find_all(exp.Join)
    )


_WORDS = re.compile(r"\w+")


def _without_placeholders(sql: str) -> str:
    """Django's `%s` and `%(name)s` as literals the parser knows, `%%` as what it means."""
    return re.sub(r"%\(\w+\)s|%s", "NULL", sql).replace("%%", "%")
