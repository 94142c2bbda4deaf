"""Migrated test databases: made once from zero, then copied.

Migrating a shop takes some twenty seconds and gives the same tables every time. The first
process that needs a database migrates it and keeps a copy under its digest; the others load
that copy. `make test` keeps the copies for one run only, so each run migrates each database
once from nothing; a single `pytest` keeps them under `var/test-databases`.

The digest covers all that decides what migrating makes: migrations, models, maps, SQL, the
guard's schema editors, the installed packages and the settings. A copy holds no index key:
that one is wrapped by a key of the process that made it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate

from tests.postgres import find_binary

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("UPHELD_TEST_DATABASES", ROOT / "var" / "test-databases"))
SOURCES = {
    "src/upheld": (
        "**/migrations/*.py", "**/models.py", "**/apps.py", "**/protection.py", "**/*.sql",
        "**/*.yaml", "guard/backends/**/*.py", "guard/indexes.py", "sealing/*.py",
    ),
    "sites": ("**/migrations/*.py", "**/models.py", "**/apps.py", "**/map.yaml", "**/policy.yaml"),
    "tests/project": ("**/*.py", "**/map.yaml", "**/policy.yaml"),
}  # fmt: skip
_LEFT_OUT = "DELETE FROM upheld_indexkey"


def digest(vendor: str) -> str:
    """Return the name of the database that migrating would make now."""
    seen = hashlib.sha256()
    packages = sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    site = (
        settings.INSTALLED_APPS,
        settings.SETTINGS_MODULE,
        settings.DATABASES["default"]["ENGINE"],
    )
    for part in (vendor, packages, site):
        seen.update(repr(part).encode())
    for folder, patterns in SOURCES.items():
        for path in sorted({path for p in patterns for path in (ROOT / folder).glob(p)}):
            seen.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return seen.hexdigest()[:20]


def enter(connection: Any) -> None:
    """Make `connection` that of a fresh migrated test database of this process alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _forget_old()
    copy = _copy_for(connection)
    with _locked(FOLDER / f"{copy.name}.lock"):
        if not copy.kept():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            copy.keep()
            return
        copy.load()
    # What follows a migration and belongs to the process: its keys, what it remembers.
    engine = apps.get_app_config("upheld")
    options = {"verbosity": 0, "interactive": False, "using": connection.alias}
    post_migrate.send(sender=engine, app_config=engine, apps=apps, plan=[], **options)


def one_more(connection: Any, file: Path, name: str) -> dict[str, str]:
    """Make one more copy, for processes that a test starts: at `file`, or as `name` in the
    server. Returns the environment that leads a site to it.

    They still run `migrate`, which then has no table to make, for what belongs to a process.
    """
    return _copy_for(connection).place(file, name)


class Copy(Protocol):
    """One kept database. `kept` says whether there is one; `keep` keeps the open one."""

    name: str

    def __init__(self, connection: Any, name: str) -> None: ...
    def kept(self) -> bool: ...
    def keep(self) -> None: ...
    def load(self) -> None: ...
    def place(self, file: Path, name: str) -> dict[str, str]: ...


def _copy_for(connection: Any) -> Copy:
    kind: type[Copy] = OnPostgreSQL if connection.vendor == "postgresql" else OnSQLite
    return kind(connection, digest(connection.vendor))


class OnSQLite:
    """A file, loaded into the memory of each process."""

    def __init__(self, connection: Any, name: str) -> None:
        self.name, self._connection = name, connection
        self._file = FOLDER / f"{name}.sqlite3"

    def kept(self) -> bool:
        return self._file.exists()

    def keep(self) -> None:
        part = self._file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as target:
            with self._memory() as memory:
                memory.backup(target)
            target.execute(_LEFT_OUT)
            target.commit()
        part.rename(self._file)

    def load(self) -> None:
        _rename(self._connection)
        self._connection.ensure_connection()
        with closing(sqlite3.connect(self._file)) as source, self._memory() as memory:
            source.backup(memory)

    def place(self, file: Path, name: str) -> dict[str, str]:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._file, file)
        return {}

    def _memory(self) -> closing[sqlite3.Connection]:
        """Django's database in memory past the guard, which lets nobody copy it."""
        return closing(sqlite3.connect(self._connection.settings_dict["NAME"], uri=True))


class OnPostgreSQL:
    """A template in the server, and its dump for the next server."""

    def __init__(self, connection: Any, name: str) -> None:
        self.name, self._connection, self._template = name, connection, f"made_{name}"
        self._dump = FOLDER / f"{name}.sql"

    def kept(self) -> bool:
        if self._ask("SELECT 1 FROM pg_database WHERE datname = %s", self._template):
            return True
        return self._dump.exists() and self._restored()

    def keep(self) -> None:
        self._connection.close()
        self._ask(f"CREATE DATABASE part_of_it TEMPLATE {self._connection.settings_dict['NAME']}")
        self._ask(_LEFT_OUT, database="part_of_it")
        self._ask(f"ALTER DATABASE part_of_it RENAME TO {self._template}")
        part = self._dump.with_suffix(".part")
        with part.open("wb") as out:
            self._program("pg_dump", "--no-owner", self._template, stdout=out)
        part.rename(self._dump)

    def load(self) -> None:
        name = self._connection.creation._get_test_db_name()
        self._connection.close()
        self._ask(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        _rename(self._connection)

    def place(self, file: Path, name: str) -> dict[str, str]:
        self._ask(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        port = str(self._connection.settings_dict["PORT"])
        return {"UPHELD_DB": "postgresql", "UPHELD_PG_PORT": port, "UPHELD_PG_NAME": name}

    def _restored(self) -> bool:
        self._ask("DROP DATABASE IF EXISTS part_of_it")
        self._ask("CREATE DATABASE part_of_it")
        with self._dump.open("rb") as dump:
            strict = ("-q", "-v", "ON_ERROR_STOP=1", "--single-transaction")
            done = self._program("psql", *strict, "part_of_it", stdin=dump, check=False)
        if done.returncode:  # say, a role that this server does not know: migrate again
            return False
        self._ask(f"ALTER DATABASE part_of_it RENAME TO {self._template}")
        return True

    def _ask(self, sql: str, *params: object, database: str = "postgres") -> list[Any]:
        import psycopg

        it = self._connection.settings_dict
        with psycopg.connect(
            host=it["HOST"], port=it["PORT"], user=it["USER"], dbname=database, autocommit=True
        ) as server:
            found = server.execute(sql.encode(), params or None)
            return found.fetchall() if found.description else []

    def _program(self, name: str, *words: str, check: bool = True, **streams: Any) -> Any:
        it = self._connection.settings_dict
        where = ("-h", it["HOST"], "-p", str(it["PORT"]), "-U", it["USER"])
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | streams
        return subprocess.run([find_binary(name), *where, *words], check=check, **streams)


def _rename(connection: Any) -> None:
    """Let the connection, and those of other threads, open the test's database from now on."""
    connection.close()
    name = connection.creation._get_test_db_name()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _forget_old() -> None:
    """Delete copies that were made more than a day ago."""
    yesterday = time.time() - 24 * 3600
    for path in FOLDER.iterdir():
        with suppress(FileNotFoundError):  # another process tidies up as well
            if path.stat().st_mtime < yesterday:
                path.unlink()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold `path` for one process at a time; a dead process holds nothing."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
