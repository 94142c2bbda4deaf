"""A case as a text file: how a found difference is shown, kept, and asked again for ever.

The file holds all that the answer depends on besides the world, so it survives changes of
the generator.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from tests.agreement.case import REFUSED, Case, Question
from tests.agreement.generate import governed
from tests.agreement.run import Difference
from tests.agreement.world import ASKED, World
from upheld.datamap.active import Active
from upheld.policy.types import Grant, Policy, Purpose

FOLDER = Path(__file__).parent / "vectors"


def written(found: Difference) -> str:
    """The difference as the text of a vector; the way's wrong answer is a comment."""
    case, question = found.case, found.case.question
    rule = case.now.policy.purposes[ASKED]
    data = {
        "shape": question.shape,
        "model": question.model._meta.label,
        "column": question.column,
        "second": question.second,
        "value": question.value,
        "other": question.other,
        "row": question.row,
        "purpose": case.purpose,
        "actor": case.actor,
        "subject": case.subject,
        "may": {
            "read": list(rule.may.read),
            "mask": list(rule.may.mask),
            "match": list(rule.may.match),
            "write": list(rule.may.write),
            "rows": rule.may.rows,
        },
        "default": rule.default,
        "posts": list(rule.posts),
        "refuse": list(case.now.policy.refuse),
        "expected": plain(found.expected),
    }
    got = "\n".join(f"#   {line}" for line in str(found.got).splitlines() or [""])
    head = f"# seed {found.seed}, batch {found.batch}: the {found.way} line answered\n{got}\n"
    return head + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def file_name(text: str) -> str:
    """A name that says nothing but is the same for the same vector."""
    body = "".join(line for line in text.splitlines(True) if not line.startswith("#"))
    return f"{hashlib.sha256(body.encode()).hexdigest()[:12]}.yaml"


def read(text: str, base: Active, world: World) -> tuple[Case, Any]:
    """Return the case of a vector and the answer it expects, as `plain` gives it."""
    data = yaml.safe_load(text)
    question = Question(
        shape=data["shape"],
        model=apps.get_model(data["model"]),
        **{name: data[name] for name in ("column", "second", "value", "other", "row")},
    )
    now = governed(base, _policy(base.policy, data))
    case = Case(now, world, data["purpose"], data["actor"], data["subject"], question)
    return case, data["expected"]


def plain(answer: Any) -> Any:
    """An answer in the few types that a file has."""
    if answer is REFUSED:
        return "refused"
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(value) for value in answer]
    return answer if answer is None or isinstance(answer, bool | int) else str(answer)


def _policy(base: Policy, data: dict[str, Any]) -> Policy:
    may = {k: v if isinstance(v, str) else tuple(v) for k, v in data["may"].items()}
    rule = Purpose(
        id=ASKED,
        basis="consent",
        may=Grant(**may),
        default=data["default"],
        posts=tuple(data["posts"]),
        says=("only-if-agreed",),
    )
    one = next(iter(base.refuse.values()))
    refuse = {name: replace(one, id=name) for name in data["refuse"]}
    return replace(base, purposes={**base.purposes, ASKED: rule}, refuse=refuse)
