"""`upheld`: what can be asked of a privacy folder without a Django project.

Exit 0 = fine, 1 = findings, 2 = wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from upheld.browser.crawl import arguments as crawling
from upheld.browser.names import work_out
from upheld.errors import UpheldError
from upheld.notice.diff import diff_notices
from upheld.notice.lint import lint
from upheld.notice.parse import load_notice
from upheld.notice.sources import Folder, read_folder
from upheld.notice.versions import record_version
from upheld.policy.diff import Difference, diff
from upheld.policy.export import FORMATS, export
from upheld.policy.findings import Finding, PolicyError
from upheld.policy.load import load_policy
from upheld.policy.print import print_policy
from upheld.policy.types import Policy

FINE, FINDINGS, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    for name in ("folder", "old", "new"):
        folder: Path | None = getattr(given, name, None)
        if folder is not None and not folder.exists():
            parser.error(f"`{folder}` does not exist")
        if folder is not None and given.whole and not folder.is_dir():
            parser.error(f"`{folder}` is not a folder")
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except PolicyError as error:
        _show_findings(error.findings, as_json=given.json)
        return FINDINGS
    except UpheldError as error:
        sys.stderr.write(f"upheld: {error}\n")
        return WRONG_USE
    except OSError as error:
        sys.stderr.write(f"upheld: `{error.filename}`: {(error.strerror or '').lower()}\n")
        return WRONG_USE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="upheld",
        description="Checks, compares and exports a privacy folder: policy, notice and map.",
        epilog="Exit 0 = fine, 1 = findings, 2 = wrong use.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--json", action="store_true", help="print JSON")
        made.set_defaults(run=run, whole=name in ("lint", "notice-version"))
        return made

    made = command("lint", _lint, "Check a privacy folder: each file, and all together.")
    made.add_argument("folder", type=Path, metavar="PRIVACY_DIR")
    made.add_argument("--strict", action="store_true", help="let warnings count as findings")
    made = command("diff", _diff, "Say which rules changed, and in whose disfavour.")
    made.add_argument("old", type=Path, metavar="OLD", help="a privacy folder or policy.yaml")
    made.add_argument("new", type=Path, metavar="NEW", help="a privacy folder or policy.yaml")
    made = command("export", _export, "Write a policy in the words of other tools.")
    made.add_argument("folder", type=Path, metavar="PRIVACY_DIR")
    made.add_argument("--format", choices=sorted(FORMATS), default="json")
    made = command("print", _print, "Print a policy in its one canonical form.")
    made.add_argument("folder", type=Path, metavar="PRIVACY_DIR")
    made = command("notice-version", _notice_version, "Record the notice as a published version.")
    made.add_argument("folder", type=Path, metavar="PRIVACY_DIR")
    made = command("crawl", _crawl, crawling.HELP)
    made.add_argument("address", metavar="URL", help="where the site runs")
    made.add_argument("folder", type=Path, metavar="PRIVACY_DIR")
    made.add_argument(
        "--origin", action="append", default=[], metavar="EMBED=ORIGIN",
        help="where this installation loads an embed from",
    )  # fmt: skip
    crawling.add(made)
    return parser


def _lint(given: argparse.Namespace) -> int:
    folder = read_folder(given.folder)
    found = lint(folder)
    _show_findings(found, as_json=given.json, fine=_fine(folder))
    counted = found if given.strict else [each for each in found if each.severity == "error"]
    return FINDINGS if counted else FINE


def _fine(folder: Folder) -> str:
    policy, notice = folder.policy.policy, folder.notice.notice
    if policy is None or notice is None:
        return ""
    parts = (
        _count(len(notice.sentences), "sentence"),
        _count(len(policy.purposes), "purpose"),
        _count(len(policy.data), "category", "categories"),
        _count(len(folder.map.map.models), "model"),
    )
    return f"{folder.path}: " + ", ".join(parts)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _show_findings(findings: Sequence[Finding], *, as_json: bool, fine: str = "") -> None:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    if as_json:
        whole = {
            "errors": errors,
            "warnings": warnings,
            "findings": [asdict(finding) for finding in findings],
        }
        _write(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    for finding in findings:
        _write(str(finding))
    if fine and not errors:
        _write(fine)
    _write(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")


def _policy(path: Path) -> Policy:
    return load_policy(path / "policy.yaml" if path.is_dir() else path)


def _diff(given: argparse.Namespace) -> int:
    found = diff(_policy(given.old), _policy(given.new))
    if given.old.is_dir() and given.new.is_dir():
        notices = [load_notice(folder / "notice.md") for folder in (given.old, given.new)]
        found += diff_notices(*notices)
    if given.json:
        whole = {
            "material": any(each.material for each in found),
            "differences": [asdict(each) for each in found],
        }
        _write(json.dumps(whole, indent=2, ensure_ascii=False))
    else:
        _show_differences(found)
    return FINDINGS if any(each.material for each in found) else FINE


def _show_differences(found: Sequence[Difference]) -> None:
    for each in found:
        _write(str(each))
    material = sum(each.material for each in found)
    _write(f"{_count(len(found), 'change')}, {material} material")


def _export(given: argparse.Namespace) -> int:
    _write(export(_policy(given.folder), given.format, as_json=given.json).rstrip("\n"))
    return FINE


def _print(given: argparse.Namespace) -> int:
    policy = _policy(given.folder)
    text = export(policy, "json", as_json=True) if given.json else print_policy(policy)
    _write(text.rstrip("\n"))
    return FINE


def _notice_version(given: argparse.Namespace) -> int:
    version = record_version(given.folder)
    if given.json:
        _write(json.dumps({"date": version.date.isoformat(), "digest": version.digest}))
    else:
        _write(f"{given.folder / 'versions' / version.file}: {version.digest}")
    return FINE


def _crawl(given: argparse.Namespace) -> int:
    policy = _policy(given.folder)
    origins = dict(word.split("=", 1) for word in given.origin if "=" in word)
    return crawling.run(given.address, policy, work_out(policy, origins), given, sys.stdout)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
