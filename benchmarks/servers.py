"""A private PostgreSQL for the benchmarks, with the durability of a production server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.postgres import PostgreSQL


def start() -> PostgreSQL:
    """Start a server that waits for the disk at each commit. Stopped when Python ends."""
    return PostgreSQL(durable=True).start()


def connect(server: PostgreSQL, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """Return a bare connection as the superuser, each statement a transaction of its own."""
    return psycopg.connect(
        host="127.0.0.1", port=server.port, user="upheld", dbname=name, autocommit=True
    )


def create(server: PostgreSQL, *names: str) -> None:
    """Create empty databases."""
    with connect(server) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@contextmanager
def in_a_hurry(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """Let the server not wait for the disk while tables are filled."""
    connection.execute("ALTER SYSTEM SET fsync = off")
    connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
    connection.execute("ALTER SYSTEM SET autovacuum = off")
    connection.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CHECKPOINT")
