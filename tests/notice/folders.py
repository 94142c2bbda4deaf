"""A small sound privacy folder to change one thing at a time."""

from __future__ import annotations

from pathlib import Path

from tests.policy.samples import SMALL as POLICY
from upheld.notice.lint import lint
from upheld.notice.sources import read_folder

NOTICE = """\
*Last updated: 22 November 2026*

# Privacy at Fern Works

Fern Works sells ferns. [info: who speaks]
Sign up with your name and your mail, and your favourite colour if you like. [sign-up]
We send news only to people who agreed. [only-if-agreed]
One click ends it. [one-click]
"""

MAP = """\
subjects: {member: auth.User}
models:
  auth.User:
    subject: self
    columns: {name: name.legal, email: contact.email, colour: taste.colour}
    rest: none
    event_dates: {account.closed: closed_at}
routes: {home: own}
"""

REGISTER = """\
FW-1: {sentences: [sign-up], probes: auto}
FW-2: {sentences: [only-if-agreed, one-click], probes: [news-without-consent], later: the link}
FW-3: {statement: nobody can enforce that ferns are green}
"""

FILES = {"policy.yaml": POLICY, "notice.md": NOTICE, "map.yaml": MAP, "register.yaml": REGISTER}


def write_folder(path: Path, **changes: str | None) -> Path:
    """Write the folder to `path`. `policy=` and so on replace a file, None leaves it out."""
    path.mkdir(exist_ok=True)
    for name, text in FILES.items():
        given = changes.get(name.split(".")[0], text)
        if given is not None:
            (path / name).write_text(given, encoding="utf-8")
    return path


def found(path: Path) -> list[str]:
    """What lint finds, as people see it, paths shortened to the file's name. What is said of
    every young folder is left out: times of keeping and versions not recorded."""
    usual = ("policy.no-retention", "notice.unrecorded")
    findings = [each for each in lint(read_folder(path)) if each.code not in usual]
    return [str(each).replace(f"{path}/", "") for each in findings]
