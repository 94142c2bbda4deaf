"""`manage.py upheld access|export|erase`: the rights engine from the command line."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, TextIO

from upheld.errors import RightsError
from upheld.rights.erasure import erase
from upheld.rights.export import build
from upheld.rights.holdings import by_category
from upheld.rights.plan import plan
from upheld.rights.reasons import title_of
from upheld.rights.replay_command import Again
from upheld.rights.requests.commands import COMMANDS as of_requests

FINE = 0


def _subject(parser: ArgumentParser) -> None:
    parser.add_argument("subject", help="the person as `kind:value`, for example `member:42`")
    parser.add_argument("--database", default="default")


def _checked(subject: str) -> str:
    kind, colon, value = subject.partition(":")
    if not (kind and colon and value):
        raise RightsError(
            f"`{subject}` is no subject", hint="write `kind:value`, for example `member:42`"
        )
    return subject


class Access:
    """Says what is held; values only when asked, so that they do not land in a log."""

    help = "list what is held about a person, by category"

    def arguments(self, parser: ArgumentParser) -> None:
        _subject(parser)
        parser.add_argument("--values", action="store_true", help="print the values too")

    def run(self, options: Namespace, out: TextIO) -> int:
        held = by_category(_checked(options.subject), options.database)
        found: dict[str, list[dict[str, Any]]] = {
            name: [
                {
                    "model": row.model.label,
                    "id": str(row.instance.pk),
                    "columns": {
                        value.column.field.name: value.shown if options.values else "…"
                        for value in row.values
                    },
                }
                for row in rows
            ]
            for name, rows in held.items()
        }
        if options.json:
            out.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
            return FINE
        for name, rows in found.items():
            out.write(f"{title_of(name)} ({name}): {len(rows)}\n")
            for row in rows:
                columns = row["columns"]
                told = (
                    ", ".join(f"{column}={value}" for column, value in columns.items())
                    if options.values
                    else ", ".join(columns)
                )
                out.write(f"  {row['model']} {row['id']}: {told}\n")
        if not found:
            out.write("nothing is held\n")
        return FINE


class Export:
    """Writes the same ZIP that the member centre gives."""

    help = "write a person's copy as a ZIP file"

    def arguments(self, parser: ArgumentParser) -> None:
        _subject(parser)
        parser.add_argument("file", type=Path)

    def run(self, options: Namespace, out: TextIO) -> int:
        if options.file.exists():
            raise RightsError(f"`{options.file}` exists", hint="name a file that does not")
        with build(_checked(options.subject), options.database) as archive:
            # Created for the owner's eyes only before anything is written into it.
            options.file.touch(mode=0o600)
            with options.file.open("wb") as target:
                shutil.copyfileobj(archive, target)
        out.write(
            json.dumps({"written": str(options.file)}) + "\n"
            if options.json
            else f"written: {options.file}\n"
        )
        return FINE


class Erase:
    """Shows the plan; erases only with `--yes`."""

    help = "erase a person; without --yes, say what would go and what would stay"

    def arguments(self, parser: ArgumentParser) -> None:
        _subject(parser)
        parser.add_argument("--yes", action="store_true", help="do it")
        parser.add_argument("--ground", default="asked for by the person", help="why")

    def run(self, options: Namespace, out: TextIO) -> int:
        subject = _checked(options.subject)
        if not options.yes:
            todo = plan(subject, options.database)
            told = {
                "rows_deleted": sum(row.delete for row in todo.rows),
                "rows_emptied": sum(not row.delete and not row.kept for row in todo.rows),
                "kept": {
                    hold: {"rows": count, "until": until.isoformat() if until else None}
                    for hold, (count, until, _) in todo.kept_by_hold().items()
                },
            }
            out.write(json.dumps(told, indent=2) + "\n")
            sys.stderr.write("nothing was erased; add --yes to do it\n")
            return FINE
        receipt = erase(
            subject,
            ground=options.ground,
            using=options.database,
            progress=_bar if sys.stderr.isatty() else None,
        )
        out.write(json.dumps(receipt.content, ensure_ascii=False, indent=2) + "\n")
        return FINE


def _bar(done: int, whole: int) -> None:
    """Draw how far an erasure is, on one line of the terminal."""
    filled = 40 * done // max(whole, 1)
    end = "\n" if done >= whole else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done} of {whole} rows{end}")
    sys.stderr.flush()


COMMANDS = {
    "access": Access(),
    "export": Export(),
    "erase": Erase(),
    "replay": Again(),
    **of_requests,
}
