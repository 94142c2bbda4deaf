"""`manage.py upheld report`: what was refused, and what new rules would change."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from upheld.datamap.active import active, make
from upheld.guard.against import DAYS, Against, Lost, against
from upheld.guard.allowing import target_of
from upheld.guard.refused import SOFT, Finding
from upheld.guard.report import Place, report
from upheld.notice.folder import load_privacy_dir

_NEEDS = {"read": "reads", "searched": "searches by", "written": "writes"}
_NAMED, _CODES = 3, 3
"""How many columns, and how many lines of code, are named one by one."""
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
    be; a value that is only left out or masked refuses nothing. With it: 1 when somebody
    would be locked out of what they do now."""

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
        return 1 if any(place.is_refused for place in places) else 0

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
        for alike in _alike(place.findings):
            yield f"  {_sentence(alike)}"
        codes = _asking(place)
        for code, count in codes[:_CODES]:
            yield f"  asked by {code} ({count}x)"
        if len(codes) > _CODES:
            yield f"  and by {len(codes) - _CODES} other places of the code"
        for change in place.changes:
            yield f"  to allow it: {change}"
            yield from (f"    {line}" for line in change.opens)


def _alike(findings: tuple[Finding, ...]) -> list[list[Finding]]:
    """Findings that differ in what was asked for and where in the code, together."""
    found: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        key = (f.enforced, f.action, f.purpose, f.actor, f.posts, f.reason)
        found.setdefault(key, []).append(f)
    return sorted(found.values(), key=lambda alike: -sum(f.count for f in alike))


def _sentence(alike: list[Finding]) -> str:
    f = alike[0]
    count = sum(each.count for each in alike)
    verb = "refused" if f.enforced else "would refuse"
    if f.reason in SOFT:
        verb = "would leave out" if f.reason == "deferred" else "would mask"
    purpose = f" for `{f.purpose}`" if f.purpose else " without a purpose"
    who = f"{f.actor} {' '.join(f.posts)}" if f.posts else f.actor
    return f"{verb} {count}x: {f.action} {_targets(alike)}{purpose} ({who}, {f.reason})"


def _targets(alike: list[Finding]) -> str:
    """A few columns by name; many by their category."""
    names = dict.fromkeys(f"`{each.target}`" for each in alike)
    if len(names) <= _NAMED:
        return ", ".join(names)
    now = active()
    columns: Counter[str] = Counter()
    rows: dict[str, None] = {}
    for label in dict.fromkeys(each.target for each in alike):
        column, _ = target_of(now, label)
        if column is not None:
            columns[column.category] += 1
        else:
            rows[f"`{label}`"] = None
    told = [f"{name} ({n} columns)" if n > 1 else name for name, n in sorted(columns.items())]
    if rows:
        told.append(f"rows of {len(rows)} tables" if len(rows) > _NAMED else ", ".join(rows))
    return ", ".join(told)


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
