"""Looks at what has to be done again and again: updates, migrations, jobs, the log."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import django
import yaml
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from upheld import journal
from upheld.conf import conf
from upheld.disposal.models import SweepRun
from upheld.proving.inspection.looks import Found, Severity, Unknown, look
from upheld.proving.models import ProofResult

SOON = timedelta(days=90)
"""How long before the end of support it is a weakness, if a small one."""
_SEVERITIES: dict[str, Severity] = {
    "CRITICAL": "critical",
    "HIGH": "high",
    "MODERATE": "medium",
    "MEDIUM": "medium",
    "LOW": "low",
}


@look("migrations", "Changes of the database's shape that were not made")
def migrations_look(using: str) -> Iterator[Found]:
    executor = MigrationExecutor(connections[using])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for app in sorted({migration.app_label for migration, _ in waiting}):
        yield Found(f"migrations of `{app}` were not run", "high")


@look("support", "Programs that nobody mends any more")
def support_look(using: str, today: date | None = None) -> Iterator[Found]:
    """By the dates that are shipped in `support.yaml`, each with its source."""
    day = today or datetime.now(UTC).date()
    running = {"python": platform.python_version(), "django": django.get_version()}
    connection: Any = connections[using]
    if connection.vendor == "postgresql":
        running["postgresql"] = str(connection.pg_version // 10000)
    for program, version in running.items():
        series = ".".join(version.split(".")[:2])
        ends = _support()[program].get(series)
        if ends is None:
            yield Found(f"{program} {series} is not among the series that are known here", "low")
        elif ends < day:
            yield Found(f"{program} {series} is mended no more since {ends}", "high")
        elif ends - day < SOON:
            yield Found(f"{program} {series} is mended until {ends} only", "low")


@look("advisories", "Installed packages with a published weakness")
def advisories_look(using: str) -> Iterator[Found]:
    """By OSV records that the operator keeps in the folder `ADVISORIES`; nothing is fetched."""
    folder = conf().ADVISORIES
    if folder is None or not Path(folder).is_dir():
        raise Unknown("no folder of advisories: see the setting `ADVISORIES`")
    have = {canonicalize_name(each.name): each.version for each in distributions() if each.name}
    for path in sorted(Path(folder).glob("*.json")):
        record = json.loads(path.read_text())
        if record.get("withdrawn"):
            continue
        for affected in record.get("affected", []):
            name = canonicalize_name(str(affected.get("package", {}).get("name", "")))
            if name in have and _hits(affected, have[name]):
                told = str(record.get("database_specific", {}).get("severity", "")).upper()
                yield Found(f"{name} {have[name]}: {record['id']}", _SEVERITIES.get(told, "high"))
                break


@look("jobs", "Jobs that did not run when they should")
def jobs_look(using: str) -> Iterator[Found]:
    now = datetime.now(UTC)
    swept = SweepRun.objects.using(using).filter(finished_at__isnull=False).first()
    if swept is None or swept.started_at < now - timedelta(days=2):
        yield Found("the sweep did not run within two days", "medium")
    proved = ProofResult.objects.using(using).order_by("-at").first()
    if proved is not None and proved.at < now - timedelta(days=31):
        yield Found("the promises were not proved within a month", "medium")


@look("log", "The log of what was done: whole and unchanged")
def log_look(using: str) -> Iterator[Found]:
    if journal.verify(using=using).findings:
        yield Found("the log does not verify: run `upheld verify-log`", "critical")


@cache
def _support() -> dict[str, dict[str, date]]:
    text = Path(__file__).with_name("support.yaml").read_text()
    known: dict[str, Any] = yaml.safe_load(text)
    return {
        program: {str(series): day for series, day in told["series"].items()}
        for program, told in known.items()
    }


def _hits(affected: dict[str, Any], version: str) -> bool:
    if version in affected.get("versions", []):
        return True
    try:
        have = Version(version)
    except InvalidVersion:
        return False
    return any(
        have in specifiers
        for span in affected.get("ranges", [])
        if span.get("type") == "ECOSYSTEM"
        for specifiers in _spans(span.get("events", []))
    )


def _spans(events: list[dict[str, str]]) -> Iterator[SpecifierSet]:
    """The spans of versions that the events of an OSV range open and close."""
    since = ""
    for event in events:
        if "introduced" in event:
            since = event["introduced"]
        elif since:
            end = f"<{event['fixed']}" if "fixed" in event else f"<={event['last_affected']}"
            yield SpecifierSet(f">={since},{end}", prereleases=True)
            since = ""
    if since:
        yield SpecifierSet(f">={since}", prereleases=True)
