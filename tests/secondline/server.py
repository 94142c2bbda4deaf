"""The private server of these tests: its owner without power over others, bare connections."""

from __future__ import annotations

import os
from typing import Any

import psycopg
from psycopg import sql

from tests.secondline.settings import ROLES

OWNER = f"{ROLES}_owner"
APP = f"{ROLES}_app"
REPORTS = f"{ROLES}_reports"
DESK = f"{ROLES}_desk"


def port() -> int:
    return int(os.environ["UPHELD_TEST_PG_PORT"])


def connect(user: str, dbname: str = ROLES, **options: Any) -> psycopg.Connection[Any]:
    """A connection of the bare driver: no Django, no guard."""
    options = {"host": "127.0.0.1", "port": port(), "autocommit": True, **options}
    return psycopg.connect(user=user, dbname=dbname, **options)


def role(purpose: str) -> str:
    """The role of a purpose, quoted."""
    return f'"{ROLES}_p_{purpose}"'


def make_database(name: str, owner: str) -> None:
    """Make the owner, who may make roles and is no superuser, and an empty database."""
    with connect("upheld", "postgres") as server:
        database, role = sql.Identifier(name), sql.Identifier(owner)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(database))
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [owner]).fetchone()
        if known is None:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(role))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
