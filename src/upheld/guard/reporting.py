"""`manage.py upheld report`: what was refused, and what new rules would change."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from upheld.datamap.active import active, make
from upheld.guard.against import DAYS, Against, Lost, against
from upheld.guard.refused import Finding
from upheld.guard.report import Place, report
from upheld.notice.folder import load_privacy_dir

_NEEDS = {"read": "reads", "searched": "searches by", "written": "writes"}
_REASONS = {
    "no-purpose": "the place has no purpose any more",
    "unknown-purpose": "the purpose is gone",
    "unknown-category": "the category is gone",
    "not-granted": "it is not granted any more",
    "masked": "it is masked",
    "post": "it is the work of another post",
    "refused-data": "the category is refused everywhere",
    "unresolved-subject": "nobody knows whose the rows are",
}


class Report:
    """Without `--against`: exit 0 when nothing was refused, 1 when something was or would
    be. With it: 1 when somebody would be locked out of what they do now."""

    help = "show what was refused, or would be under enforce, and what would allow it"

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="alias of the database")
        parser.add_argument(
            "--observed", action="store_true", help="only what observe mode let pass"
        )
        parser.add_argument(
            "--against", metavar="NEW_PRIVACY_DIR", type=Path,
            help="replay what was observed under new rules, before they are switched on",
        )  # fmt: skip
        parser.add_argument(
            "--days", type=int, default=DAYS, help=f"with --against: how far back ({DAYS})"
        )

    def run(self, options: Namespace, out: TextIO) -> int:
        if options.against is not None:
            return self._against(options, out)
        places = report(options.database, observed=options.observed)
        if options.json:
            out.write(json.dumps([asdict(place) for place in places], default=str) + "\n")
        else:
            for line in _lines(places):
                out.write(line + "\n")
        return 1 if places else 0

    def _against(self, options: Namespace, out: TextIO) -> int:
        new = make(load_privacy_dir(options.against))
        found = against(active(), new, days=options.days, using=options.database)
        if options.json:
            data = {
                "lost": [asdict(each) for each in found.lost],
                "gained": [asdict(each) for each in found.gained],
                "opened": [asdict(each) for each in found.opened],
            }
            out.write(json.dumps(data, default=str) + "\n")
        else:
            for line in _against_lines(found, options.days):
                out.write(line + "\n")
        return 1 if found.lost else 0


def _lines(places: list[Place]) -> Iterator[str]:
    if not places:
        yield "nothing was refused"
    for place in places:
        yield f"{place.name or 'outside any route'} ({place.count}x)"
        for finding in _merged(place.findings):
            yield f"  {_sentence(finding)}"
        for code, count in _asking(place):
            yield f"  asked by {code} ({count}x)"
        for change in place.changes:
            yield f"  to allow it: {change}"
            yield from (f"    opens also {line}" for line in change.opens)


def _sentence(f: Finding) -> str:
    verb = "refused" if f.enforced else "would refuse"
    purpose = f" for `{f.purpose}`" if f.purpose else " without a purpose"
    who = f"{f.actor} {' '.join(f.posts)}" if f.posts else f.actor
    return f"{verb} {f.count}x: {f.action} `{f.target}`{purpose} ({who}, {f.reason})"


def _merged(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings that differ in the asking line alone, as one."""
    found: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        key = (each.target, each.action, each.purpose, each.actor, each.posts, each.reason,
               each.enforced)  # fmt: skip
        known = found.get(key)
        count = each.count + (known.count if known else 0)
        found[key] = replace(known or each, count=count)
    return sorted(found.values(), key=lambda f: (-f.count, f.target))


def _asking(place: Place) -> list[tuple[str, int]]:
    codes: Counter[str] = Counter()
    for finding in place.findings:
        if finding.code:
            codes[finding.code] += finding.count
    return codes.most_common()


def _against_lines(found: Against, days: int) -> Iterator[str]:
    staff = [lost for lost in found.lost if lost.is_staff]
    others = [lost for lost in found.lost if not lost.is_staff]
    if not found.lost:
        yield f"nobody who worked in the last {days} days would be locked out"
    yield from _lost_lines(staff, "staff would be locked out of their work:")
    yield from _lost_lines(others, "others would lose what they use:")
    if found.gained:
        yield "refused so far, allowed by the new rules:"
        for f in found.gained:
            who = ", ".join(f"post:{post}" for post in f.posts) or f.actor
            place = f.place or "outside any route"
            yield f"  {who} at {place}: {f.action} `{f.target}` for `{f.purpose}` ({f.count}x)"
    if found.opened:
        yield "rules that open more, or promise less:"
        yield from (f"  {each}" for each in found.opened)


def _lost_lines(lost: list[Lost], title: str) -> Iterator[str]:
    if lost:
        yield title
    for each in lost:
        place = each.place or "outside any route"
        purpose = f" for `{each.purpose}`" if each.purpose else ""
        reason = _REASONS.get(each.reason, each.reason)
        yield (
            f"  {each.who} at {place}: {_NEEDS[each.needs]} {each.what}{purpose},"
            f" {each.count}x, last {each.last:%Y-%m-%d %H:%M}; {reason}"
        )
