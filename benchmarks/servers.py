"""A private PostgreSQL for the benchmarks, with the durability of a production server."""

from __future__ import annotations

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
