"""Earlier versions: `versions/notice.<date>.md`, `policy.<date>.yaml` and `index.json`.

The index holds, for each date, the digest of what people read on that date. Text that
changed under an old date is refused, and so are rules that got worse for somebody under
it, and an earlier version that was tampered with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from upheld.notice.parse import parse_notice
from upheld.notice.types import Notice
from upheld.policy.diff import diff
from upheld.policy.findings import Finding, Marks, PolicyError
from upheld.policy.load import read_policy
from upheld.policy.print import print_policy
from upheld.policy.source import read_text
from upheld.policy.types import Policy

FOLDER = "versions"
INDEX = "index.json"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its date, the digest of its text, its file in `versions/`."""

    date: date
    digest: str

    @property
    def file(self) -> str:
        return f"notice.{self.date.isoformat()}.md"


def read_versions(folder: Path) -> tuple[tuple[Version, ...], list[Finding]]:
    """The versions that the privacy folder records, oldest first, and what is wrong."""
    path = folder / FOLDER / INDEX
    if not path.exists():
        return (), []
    text, findings = read_text(path, str(path))
    if text is None:
        return (), findings
    try:
        data = json.loads(text)
        versions = tuple(_version(date, digest) for date, digest in data.items())
    except (ValueError, AttributeError, TypeError, RecursionError):
        hint = "it is written by `upheld notice-version`; bring back the one that was committed"
        message = "the list of versions cannot be read"
        return (), [Finding(str(path), 1, 1, "notice.versions", message, hint)]
    return tuple(sorted(versions, key=lambda version: version.date)), []


def _version(day: str, digest: Any) -> Version:
    if not _DIGEST.fullmatch(digest):
        raise ValueError(digest)
    return Version(date.fromisoformat(day), digest)


def check_versions(folder: Path, notice: Notice, file: str, line: int) -> list[Finding]:
    """Whether the notice and the recorded versions agree. `file` and `line` are where the
    notice's date stands."""
    versions, found = read_versions(folder)
    if found:
        return found

    def report(code: str, message: str, hint: str, *, warning: bool = False) -> None:
        severity = "warning" if warning else "error"
        found.append(
            Finding(file, line, 1, f"notice.{code}", message, hint, severity)  # type: ignore[arg-type]  # one of the two
        )

    by_date = {version.date: version for version in versions}
    recorded = by_date.get(notice.updated)
    if recorded is not None and recorded.digest != notice.digest:
        message = f"the text changed, its date is still {notice.updated}"
        report("changed", message, "give the notice and the policy a new date")
    elif versions and notice.updated < versions[-1].date:
        message = f"the notice is dated {notice.updated}, before the version in force"
        report("older", message, f"the last version is of {versions[-1].date}")
    elif recorded is None:
        message = f"the version of {notice.updated} is not recorded"
        hint = "run `upheld notice-version` when it is final"
        report("unrecorded", message, hint, warning=True)
    for version in versions:
        found += _check_stored(folder / FOLDER / version.file, version)
    return found


def check_dates(policy: Policy, notice: Notice, file: str, line: int) -> list[Finding]:
    """Whether notice and policy are of one day. `file` and `line` are where the notice's
    date stands."""
    if policy.updated == notice.updated:
        return []
    message = f"the notice is of {notice.updated}, the policy of {policy.updated}"
    hint = "give both the day of the later change"
    return [Finding(file, line, 1, "lint.date", message, hint)]


def check_rules(folder: Path, policy: Policy, marks: Marks) -> list[Finding]:
    """Whether rules got worse for somebody since the version of the same date was recorded."""
    path = folder / FOLDER / _policy_file(policy.updated)
    if not path.exists():
        return []
    stored = read_policy(path)
    if stored.policy is None:
        return list(stored.findings)
    found: list[Finding] = []
    for each in diff(stored.policy, policy):
        if each.material:
            section, _, id = each.rule.partition(".")
            inside = tuple(each.field.split(".")) if each.field else ()
            message = f"worse for {', '.join(each.against)} without a new date: {each.name}"
            place = (section, id, *inside)
            hint = f"{each.change}; give the notice and the policy a new date"
            found.append(marks.finding("lint.material-change", place, message, hint=hint))
    return found


def _policy_file(day: date) -> str:
    return f"policy.{day.isoformat()}.yaml"


def _check_stored(path: Path, version: Version) -> list[Finding]:
    text, findings = read_text(path, str(path))
    if text is None:
        return findings
    stored = parse_notice(text, str(path))
    if stored.notice is None or stored.notice.digest != version.digest:
        message = f"is not the text that was published on {version.date}"
        hint = "bring back the one that was committed"
        return [Finding(str(path), 1, 1, "notice.tampered", message, hint)]
    return []


def record_version(folder: Path) -> Version:
    """Record notice and policy as they stand; raises `PolicyError` where they must not pass.

    Doing it again changes nothing.
    """
    path = folder / "notice.md"
    text, findings = read_text(path, str(path))
    if text is None:
        raise PolicyError(findings)
    read = parse_notice(text, str(path))
    if read.notice is None:
        raise PolicyError(read.findings)
    policy = read_policy(folder / "policy.yaml")
    if policy.policy is None:
        raise PolicyError(policy.findings)
    found = check_dates(policy.policy, read.notice, read.file, read.date_line)
    found += check_versions(folder, read.notice, read.file, read.date_line)
    found += check_rules(folder, policy.policy, policy.marks)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise PolicyError(errors)
    versions, _ = read_versions(folder)
    version = Version(read.notice.updated, read.notice.digest)
    if version in versions:
        return version
    store = folder / FOLDER
    store.mkdir(exist_ok=True)
    # The texts go first: an index that names a file which is not there would be refused.
    (store / version.file).write_text(text, encoding="utf-8")
    rules = store / _policy_file(policy.policy.updated)
    rules.write_text(print_policy(policy.policy), encoding="utf-8")
    index = {each.date.isoformat(): each.digest for each in (*versions, version)}
    fresh = store / f"{INDEX}.new"
    fresh.write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    fresh.replace(store / INDEX)
    return version


def version_text(folder: Path, version: Version) -> Notice:
    """The notice as it was published then; raises `PolicyError` when it cannot be had."""
    path = folder / FOLDER / version.file
    text, findings = read_text(path, str(path))
    if text is None:
        raise PolicyError(findings)
    read = parse_notice(text, str(path))
    if read.notice is None or read.notice.digest != version.digest:
        raise PolicyError(_check_stored(path, version))
    return read.notice
